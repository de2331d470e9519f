//! What a finger does on a line: slides it to the right to agree, to the left for more, holds it to choose it.
//!
//! Everything has a button or a key as well.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// How long a press lasts that means more than a tap.
const HOLD: Duration = Duration::from_millis(450);
/// A finger that moves less still presses.
const STILL: f64 = 8.0;
/// So far to the left for more, in pixels.
const LEFT: f64 = 72.0;
/// So far to the right to agree, as a share of the line: it takes a whole stroke.
const RIGHT: f64 = 0.45;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stroke {
    /// Slid to the right.
    Right,
    /// Slid to the left.
    Left,
    /// Held.
    Hold,
}

/// How a finger that came down at a point and is at another now moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Still,
    Sideways,
    Scrolls,
}

fn way(dx: f64, dy: f64) -> Way {
    match (dx.abs(), dy.abs()) {
        (x, y) if x.max(y) < STILL => Way::Still,
        (x, y) if x > 1.5 * y => Way::Sideways,
        _ => Way::Scrolls,
    }
}

/// Which stroke a slide of so many pixels is; none while it is too short.
fn stroke(offset: f64, width: f64) -> Option<Stroke> {
    if offset >= width * RIGHT {
        Some(Stroke::Right)
    } else if offset <= -LEFT {
        Some(Stroke::Left)
    } else {
        None
    }
}

/// Follows a finger on one line.
#[derive(Clone, Copy)]
pub struct Touch {
    /// How far the line is slid, in pixels; to the right is positive.
    pub offset: RwSignal<f64>,
    /// What letting go would do.
    pub armed: RwSignal<Option<Stroke>>,
    /// Where the finger came down.
    begun: StoredValue<Option<(f64, f64)>>,
    timer: StoredValue<Option<TimeoutHandle>>,
    took: StoredValue<bool>,
    can_agree: bool,
    deed: Callback<Stroke>,
}

/// Does something at a stroke; to the right only where `can_agree`.
pub fn use_touch(can_agree: bool, deed: Callback<Stroke>) -> Touch {
    Touch {
        offset: RwSignal::new(0.0),
        armed: RwSignal::new(None),
        begun: StoredValue::new(None),
        timer: StoredValue::new(None),
        took: StoredValue::new(false),
        can_agree,
        deed,
    }
}

impl Touch {
    /// A pointer came down; only fingers count.
    pub fn begin(self, event: &web_sys::PointerEvent) {
        self.took.set_value(false);
        if event.pointer_type() != "touch" || !event.is_primary() {
            return;
        }
        self.begun
            .set_value(Some((f64::from(event.client_x()), f64::from(event.client_y()))));
        let held = move || {
            if self.begun.try_update_value(Option::take).flatten().is_some() {
                self.took.set_value(true);
                self.deed.run(Stroke::Hold);
            }
        };
        self.timer.set_value(set_timeout_with_handle(held, HOLD).ok());
    }

    /// It moved.
    pub fn slide(self, event: &web_sys::PointerEvent) {
        let Some((x, y)) = self.begun.get_value() else { return };
        let (dx, dy) = (f64::from(event.client_x()) - x, f64::from(event.client_y()) - y);
        let slides = self.offset.get_untracked() != 0.0;
        match way(dx, dy) {
            Way::Still if !slides => return,
            Way::Scrolls if !slides => return self.stop(),
            _ => {}
        }
        self.forget_hold();
        self.took.set_value(true);
        let line = event
            .current_target()
            .and_then(|t| t.dyn_into::<web_sys::Element>().ok());
        let Some(line) = line else { return };
        // The line goes on following the finger beyond its own edge.
        let _ = line.set_pointer_capture(event.pointer_id());
        let dx = if self.can_agree { dx } else { dx.min(0.0) };
        self.offset.set(dx);
        self.armed.set(stroke(dx, f64::from(line.client_width())));
    }

    /// It was lifted.
    pub fn end(self) {
        let armed = self.armed.get_untracked();
        self.stop();
        if let Some(stroke) = armed {
            self.deed.run(stroke);
        }
    }

    /// The browser took it over, to scroll.
    pub fn stop(self) {
        self.forget_hold();
        self.begun.set_value(None);
        self.armed.set(None);
        self.offset.set(0.0);
    }

    /// A finger lies on it.
    pub fn holds(self) -> bool {
        self.begun.with_value(Option::is_some) || self.took.get_value()
    }

    fn forget_hold(self) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }

    /// Whether the click that follows means nothing, because a stroke came before it. Asked once.
    pub fn took(self) -> bool {
        self.took.try_update_value(std::mem::take).unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strokes_need_their_length() {
        let check = |offset, expected| assert_eq!(stroke(offset, 360.0), expected, "{offset}");
        check(0.0, None);
        check(161.0, None);
        check(162.0, Some(Stroke::Right));
        check(-71.0, None);
        check(-72.0, Some(Stroke::Left));
    }

    #[test]
    fn scrolling_is_no_stroke() {
        let check = |dx, dy, expected| assert_eq!(way(dx, dy), expected, "{dx} {dy}");
        check(3.0, -5.0, Way::Still);
        check(20.0, 6.0, Way::Sideways);
        check(-20.0, 6.0, Way::Sideways);
        check(12.0, 10.0, Way::Scrolls);
        check(2.0, 30.0, Way::Scrolls);
    }
}
