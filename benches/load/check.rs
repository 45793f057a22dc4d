//! Compares the replies that the mock Graph API received with those that people are owed.

use std::{collections::HashMap, fmt};

use crate::traffic::psid;

/// A reply that is not as it should be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    person: usize,
    what: What,
}

#[derive(Debug, PartialEq, Eq)]
enum What {
    Missing(String),
    Double(String),
    Wrong(String),
    OutOfOrder { place: usize, owed: String, got: String },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PSID {}: ", psid(self.person))?;
        match &self.what {
            What::Missing(text) => write!(f, "missing {text:?}"),
            What::Double(text) => write!(f, "sent again {text:?}"),
            What::Wrong(text) => write!(f, "wrong {text:?}"),
            What::OutOfOrder { place, owed, got } => {
                write!(f, "out of order: reply {place} is {got:?}, owed was {owed:?}")
            }
        }
    }
}

/// Every fault, person by person. Both lists are indexed by person; no person is owed a text twice.
pub(crate) fn faults(owed: &[Vec<String>], sent: &[Vec<String>]) -> Vec<Fault> {
    let people = owed.iter().zip(sent).enumerate();
    people
        .flat_map(|(person, (owed, sent))| faults_of(owed, sent).map(move |what| Fault { person, what }))
        .collect()
}

fn faults_of(owed: &[String], sent: &[String]) -> impl Iterator<Item = What> + use<> {
    let mut found = Vec::new();
    if owed != sent {
        let mut due = owed.iter().map(|text| (text, 0_usize)).collect::<HashMap<_, _>>();
        for text in sent {
            match due.get_mut(text) {
                None => found.push(What::Wrong(text.clone())),
                Some(times @ 0) => *times = 1,
                Some(_) => found.push(What::Double(text.clone())),
            }
        }
        found.extend(
            owed.iter()
                .filter(|text| due[text] == 0)
                .cloned()
                .map(What::Missing),
        );
        if found.is_empty() {
            let place = owed.iter().zip(sent).position(|(owed, sent)| owed != sent);
            found.extend(place.map(|place| What::OutOfOrder {
                place,
                owed: owed[place].clone(),
                got: sent[place].clone(),
            }));
        }
    }
    found.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(owed: &[&str], sent: &[&str]) -> Vec<What> {
        let own = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        faults(&[vec![], own(owed)], &[vec![], own(sent)])
            .into_iter()
            .map(|fault| {
                assert_eq!(fault.person, 1);
                fault.what
            })
            .collect()
    }

    #[test]
    fn what_is_owed_is_no_fault() {
        assert_eq!(found(&[], &[]), []);
        assert_eq!(found(&["a", "b"], &["a", "b"]), []);
    }

    #[test]
    fn names_what_is_missing_double_or_wrong() {
        assert_eq!(found(&["a", "b"], &["a"]), [What::Missing("b".to_owned())]);
        assert_eq!(found(&["a"], &["a", "a"]), [What::Double("a".to_owned())]);
        assert_eq!(
            found(&["a"], &["A"]),
            [What::Wrong("A".to_owned()), What::Missing("a".to_owned())]
        );
        assert_eq!(found(&[], &["a"]), [What::Wrong("a".to_owned())]);
    }

    #[test]
    fn names_the_first_reply_out_of_order() {
        let out_of_order = What::OutOfOrder {
            place: 1,
            owed: "b".to_owned(),
            got: "c".to_owned(),
        };
        assert_eq!(found(&["a", "b", "c"], &["a", "c", "b"]), [out_of_order]);
    }

    #[test]
    fn says_who_and_what() {
        let faults = faults(&[vec!["a".to_owned()]], &[vec![]]);
        assert_eq!(faults[0].to_string(), "PSID 6311400000000000: missing \"a\"");
    }
}
