use super::*;

fn text(catalog: &FluentCatalog, locale: &str, key: &str, given: &[(&str, &str)]) -> Option<String> {
    catalog.text(locale, key, &arguments(given))
}

fn arguments<'a>(given: &[(&'a str, &str)]) -> Arguments<'a> {
    let mut arguments = Arguments::new();
    for (name, value) in given {
        arguments.set(name, value);
    }
    arguments
}

fn problems(files: &[(&str, &str)]) -> Vec<String> {
    match FluentCatalog::of(files.iter().copied()) {
        Err(FluentError::Mistakes(problems)) => problems.iter().map(ToString::to_string).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn numbers_choose_the_plural_form_of_each_language() {
    let catalog = FluentCatalog::of([
        (
            "de.ftl",
            "cups = { $n ->\n    [one] { $n } Tasse\n   *[other] { $n } Tassen\n}\n",
        ),
        (
            "texts/pl/shop.ftl",
            "cups = { $n ->\n    [one] kubek\n    [few] { $n } kubki\n    [many] { $n } kubków\n   *[other] { $n } kubka\n}\n",
        ),
    ])
    .expect("Fluent");
    assert_eq!(catalog.locales(), ["de", "pl"]);
    for (locale, number, said) in [
        ("de", "1", "1 Tasse"),
        ("de", "0", "0 Tassen"),
        ("de", "1.50", "1.50 Tassen"),
        ("pl", "1", "kubek"),
        ("pl", "3", "3 kubki"),
        ("pl", "12", "12 kubków"),
        ("pl", "1.5", "1.5 kubka"),
        ("de", "007", "007 Tassen"),
        ("de", "99999999999999999999999", "99999999999999999999999 Tassen"),
    ] {
        let found = text(&catalog, locale, "cups", &[("n", number)]);
        assert_eq!(found.as_deref(), Some(said), "{locale} {number}");
    }
    assert_eq!(text(&catalog, "fr", "cups", &[("n", "1")]), None);
    assert_eq!(text(&catalog, "de", "plates", &[]), None);
}

#[test]
fn no_invisible_marks_are_put_around_arguments() {
    let catalog = FluentCatalog::of([("en.ftl", "hi = Hi { $name }!\n")]).expect("Fluent");
    assert_eq!(
        text(&catalog, "en", "hi", &[("name", "Ann")]).as_deref(),
        Some("Hi Ann!")
    );
}

#[test]
fn a_text_that_cannot_be_made_says_why_and_not_of_what() {
    let catalog = FluentCatalog::of([(
        "en.ftl",
        "hi = { $nmae } { $nmae } { $name }\nempty =\n    .title = T\nloop = { loop }\n",
    )])
    .expect("Fluent");
    let given = arguments(&[("name", "secret")]);
    assert_eq!(catalog.text("en", "hi", &given), None);
    assert_eq!(
        catalog.fault("en", "hi", &given).as_deref(),
        Some("it has `$nmae`, and no argument of that name is given")
    );
    for key in ["empty", "loop"] {
        assert_eq!(catalog.text("en", key, &given), None, "{key}");
        assert!(catalog.fault("en", key, &given).is_some(), "{key}");
    }
    assert_eq!(catalog.fault("en", "nothing", &given), None);
}

#[test]
fn every_mistake_is_told_with_its_file_and_line() {
    assert_eq!(
        problems(&[
            ("de.ftl", "hallo = Hallo\n\nWie geht es?\n"),
            ("fr.ftl", "salut = { $name\n"),
            ("readme.ftl", "a = b\n"),
        ]),
        [
            "de.ftl:3: Expected a token starting with \"=\"",
            "fr.ftl:2: Expected a token starting with \"}\"",
            "readme.ftl: its name says no language; call it like `de.ftl`, `pt_BR.ftl` or `de/shop.ftl`",
        ]
    );
    assert_eq!(
        problems(&[
            ("de/a.ftl", "hi = Hallo\n"),
            ("de/b.ftl", "# Again\nhi = Guten Tag\n")
        ]),
        ["de/b.ftl:2: `hi` stands twice in `de`; keep one"]
    );
    assert_eq!(
        problems(&[(
            "de.ftl",
            "a = { b }\nc = { $x ->\n   *[other] { -brand } { DATE($x) }\n}\n-term = { NUMBER($x) } { a }\n"
        )]),
        [
            "de.ftl:1: `a` refers to the text `b`, which is not there",
            "de.ftl:2: `c` refers to the term `-brand`, which is not there",
            "de.ftl:2: `c` refers to the function `DATE`, which is not there",
        ]
    );
    let error = FluentCatalog::of([("de.ftl", "x")])
        .expect_err("a mistake")
        .to_string();
    assert!(
        error.starts_with("MSG330: a mistake in the texts; https://"),
        "{error}"
    );
}

#[test]
fn a_folder_is_read_with_those_within_it() {
    let folder = std::env::temp_dir().join(format!("fluent-{}", std::process::id()));
    fs::create_dir_all(folder.join("fr")).expect("a folder");
    fs::write(folder.join("de.ftl"), "a = A\n").expect("a file");
    fs::write(folder.join("fr/shop.ftl"), "b = B\n").expect("a file");
    fs::write(folder.join("notes.txt"), "no text").expect("a file");
    let catalog = FluentCatalog::read(&folder).expect("texts");
    assert_eq!(catalog.locales(), ["de", "fr"]);
    assert_eq!(catalog.keys("fr"), ["b"]);
    fs::remove_dir_all(&folder).expect("it was there");
    let error = FluentCatalog::read(&folder).expect_err("no folder");
    assert!(matches!(error, FluentError::Unreadable(..)), "{error}");
}
