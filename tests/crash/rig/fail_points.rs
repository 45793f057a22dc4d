//! The names of the fail points, read from the source of the runtime, and which of them were reached.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use fastrand::Rng;

use crate::args::Engine;

/// How far a node gets past its point at most before it ends there.
const PASSES: u32 = 60;

/// Points that this rig does not reach on an engine, each with why.
const NOT_REACHED: &[(Engine, &str, &str)] = &[(
    Engine::Sqlite,
    "leases.renewed",
    "a file serves one process, whose leases hold as long as it lives",
)];

/// When a node comes by a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// As it makes the tables.
    FirstStart,
    /// At any start, or while it is at work.
    Work,
    /// As it drains and closes the store.
    End,
    /// As it parks an event.
    Parking,
    /// As an operator replays or erases something.
    Operator,
}

/// By its name.
fn moment(point: &str) -> Moment {
    let named = |parts: &[&str]| parts.iter().any(|part| point.contains(part));
    if named(&[".migrat"]) {
        Moment::FirstStart
    } else if named(&["drain.", ".released", ".closed", ".checkpoint"]) {
        Moment::End
    } else if named(&[".parked"]) {
        Moment::Parking
    } else if named(&[".replay", ".erase"]) {
        Moment::Operator
    } else {
        Moment::Work
    }
}

/// A point at which a node is to end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Armed {
    pub(crate) point: String,
    /// How often the node passes it before.
    passes: u32,
    /// How often it was armed before and not reached.
    pub(crate) missed: u32,
}

impl Armed {
    /// When a node comes by it.
    pub(crate) fn moment(&self) -> Moment {
        moment(&self.point)
    }

    /// The value of `FAILPOINTS`.
    pub(crate) fn setting(&self) -> String {
        match self.passes {
            0 => format!("{}=return", self.point),
            passes => format!("{}={passes}*off->return", self.point),
        }
    }
}

/// How often a point was armed and reached.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tries {
    pub(crate) armed: u32,
    pub(crate) hit: u32,
}

/// Every named point of an engine's bot.
#[derive(Debug)]
pub(crate) struct FailPoints {
    engine: Engine,
    points: BTreeMap<String, Tries>,
}

impl FailPoints {
    /// Those that a bot on `engine` can come by.
    pub(crate) fn of(engine: Engine) -> io::Result<Self> {
        let mut names = Vec::new();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../messenger-runtime/src");
        read(&source, &mut names)?;
        let others = |name: &String| !engine.others().iter().any(|other| name.starts_with(other));
        let points: BTreeMap<_, _> = names
            .into_iter()
            .filter(others)
            .map(|name| (name, Tries::default()))
            .collect();
        if points.is_empty() {
            return Err(io::Error::other(format!(
                "no fail point is named in {}",
                source.display()
            )));
        }
        Ok(Self { engine, points })
    }

    /// The point to arm next: the one tried least; each further try ends the node sooner.
    pub(crate) fn arm(&mut self, random: &mut Rng) -> Armed {
        let engine = self.engine;
        let is_reached =
            |name: &str| reason(engine, name).is_none() && matches!(moment(name), Moment::Work | Moment::End);
        let (point, tries) = self
            .points
            .iter_mut()
            .filter(|(name, _)| is_reached(name))
            .min_by_key(|(_, tries)| (tries.hit, tries.armed))
            .expect("every engine has points at work");
        let missed = tries.armed.saturating_sub(tries.hit);
        tries.armed += 1;
        let passes = match moment(point) {
            Moment::Work => random.u32(0..=PASSES.checked_shr(3 * missed).unwrap_or(0)),
            _ => 0,
        };
        Armed {
            point: point.clone(),
            passes,
            missed,
        }
    }

    /// The points of this moment, each to end a node as soon as it comes by.
    pub(crate) fn of_moment(&mut self, wanted: Moment) -> Vec<Armed> {
        let those = self.points.iter_mut().filter(|(name, _)| moment(name) == wanted);
        those
            .map(|(point, tries)| {
                tries.armed += 1;
                Armed {
                    point: point.clone(),
                    passes: 0,
                    missed: 0,
                }
            })
            .collect()
    }

    pub(crate) fn hit(&mut self, point: &str) {
        if let Some(tries) = self.points.get_mut(point) {
            tries.hit += 1;
        }
    }

    /// Each point with its tries.
    pub(crate) fn tries(&self) -> impl Iterator<Item = (&str, Tries)> {
        self.points.iter().map(|(name, tries)| (&**name, *tries))
    }

    /// Those that cycles reach, and have not.
    pub(crate) fn missed_so_far(&self) -> Vec<&str> {
        let mut missed = self.missed();
        missed.retain(|point| matches!(moment(point), Moment::Work | Moment::End));
        missed
    }

    /// Those never reached, without those that are known not to be.
    pub(crate) fn missed(&self) -> Vec<&str> {
        let missed = self
            .tries()
            .filter(|(name, tries)| tries.hit == 0 && self.reason(name).is_none());
        missed.map(|(name, _)| name).collect()
    }

    /// Why a point is not reached.
    pub(crate) fn reason(&self, point: &str) -> Option<&'static str> {
        reason(self.engine, point)
    }
}

fn reason(engine: Engine, point: &str) -> Option<&'static str> {
    let found = NOT_REACHED
        .iter()
        .find(|(on, name, _)| *on == engine && *name == point);
    found.map(|(_, _, why)| *why)
}

/// Collects the names of `crash_point!("name")` from the Rust files under `folder`.
fn read(folder: &Path, names: &mut Vec<String>) -> io::Result<()> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<_>>()?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            read(&path, names)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path)?;
            names.extend(names_in(&text).map(str::to_owned));
        }
    }
    Ok(())
}

fn names_in(text: &str) -> impl Iterator<Item = &str> {
    let calls = text.split("crash_point!(\"").skip(1);
    calls.filter_map(|rest| rest.split_once('"').map(|(name, _)| name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_names() {
        let text = "crash_point!(\"a.b\");\n if x { crash_point!(\"c\"); } macro_rules! crash_point { }";
        assert_eq!(names_in(text).collect::<Vec<_>>(), ["a.b", "c"]);
    }

    #[test]
    fn a_point_that_is_missed_is_armed_closer_to_the_start() {
        let mut points = FailPoints {
            engine: Engine::Sqlite,
            points: [("a".to_owned(), Tries::default())].into(),
        };
        let mut random = Rng::with_seed(1);
        let last = (0..10).map(|_| points.arm(&mut random)).last();
        assert_eq!(last.map(|armed| armed.setting()).as_deref(), Some("a=return"));
        assert_eq!(points.missed(), ["a"]);
        points.hit("a");
        assert!(points.missed().is_empty());
    }
}
