//! Choosing lines, and deciding one of them without opening it.

use leptos::prelude::*;

use crate::approval::decide::{Decision, decide_task};
use crate::approval::desk::Desk;
use crate::approval::state::{self, Line};

/// Lines that are about to be decided together, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Together {
    /// Yes or no.
    pub decision: Decision,
    /// The requests.
    pub ids: Vec<String>,
}

impl Desk {
    /// Chooses a line, or no longer; with `through`, all lines from the last one chosen on.
    pub fn choose(&self, id: &str, through: bool) {
        let ids = self.ids();
        self.chosen.update(|chosen| {
            let chosen = chosen.get_or_insert_default();
            if through && let Some(last) = chosen.last().cloned() {
                for id in state::between(&ids, &last, id) {
                    if !chosen.contains(&id) {
                        chosen.push(id);
                    }
                }
            } else if chosen.iter().any(|other| other == id) {
                chosen.retain(|other| other != id);
            } else {
                chosen.push(id.to_owned());
            }
        });
    }

    /// Begins or ends choosing.
    pub fn toggle_choosing(&self) {
        self.chosen
            .update(|chosen| *chosen = if chosen.is_some() { None } else { Some(Vec::new()) });
    }

    /// Agrees to a line at once; it goes from the list, and a toast offers to take it back.
    pub fn agree(&self, line: &Line) {
        let Some(task) = &line.task else { return };
        let (desk, id) = (*self, line.id().to_owned());
        let title = line.card.title.clone();
        desk.depart(&id);
        let settle = Box::new(move |agreed| {
            desk.answered(&id, agreed);
            desk.live.refetch();
        });
        decide_task(task.id.clone(), Decision::Approve, None, title, settle);
    }
}
