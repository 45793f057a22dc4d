//! Names of languages and locales, in the platform's form.

/// How long the name of a locale is at most.
const LONGEST: usize = 35;

/// `de-de` and `DE_de` as `de_DE`, the platform's form; `None` where it is no locale.
pub(crate) fn normal(locale: &str) -> Option<String> {
    if locale.len() > LONGEST {
        return None;
    }
    let mut parts = locale.split(['-', '_']);
    let language = parts.next().filter(|language| {
        (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_alphabetic())
    })?;
    let mut out = language.to_ascii_lowercase();
    for part in parts {
        if !(1..=8).contains(&part.len()) || !part.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        out.push('_');
        match part.len() {
            2 => out.push_str(&part.to_ascii_uppercase()),
            4 if part.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
                out.push_str(&part[..1].to_ascii_uppercase());
                out.push_str(&part[1..].to_ascii_lowercase());
            }
            _ => out.push_str(&part.to_ascii_lowercase()),
        }
    }
    Some(out)
}

/// The locale and those that it is a kind of: `zh_Hant_TW`, `zh_Hant`, `zh`.
pub(crate) fn chain(locale: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(locale), |locale| {
        locale.rsplit_once('_').map(|(wider, _)| wider)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_brought_to_the_platforms_form() {
        for (written, locale) in [
            ("de", "de"),
            ("DE-de", "de_DE"),
            ("zh_hant_tw", "zh_Hant_TW"),
            ("es-419", "es_419"),
            ("fil_PH", "fil_PH"),
        ] {
            assert_eq!(normal(written).as_deref(), Some(locale), "{written}");
        }
        for word in [
            "",
            "d",
            "german",
            "de_",
            "de DE",
            "de_DE.UTF-8",
            "d3",
            "ünd",
            "../de",
            "de_aaaaaaaaa",
            "de_aaaaaaaa_aaaaaaaa_aaaaaaaa_aaaaaaaa",
        ] {
            assert_eq!(normal(word), None, "{word}");
        }
    }

    #[test]
    fn a_locale_falls_back_to_its_language() {
        assert_eq!(
            chain("zh_Hant_TW").collect::<Vec<_>>(),
            ["zh_Hant_TW", "zh_Hant", "zh"]
        );
        assert_eq!(chain("de").collect::<Vec<_>>(), ["de"]);
    }
}
