//! The browser's side of the link: carries out what [`super::link::Link`] says, and tells it what happens.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use leptos::prelude::{TimeoutHandle, set_timeout_with_handle};
use serde_json::Value;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CloseEvent, MessageEvent, WebSocket};

use super::link::{Input, Link, Output};

const PROTOCOL: &str = "graphql-transport-ws";

/// What the driver tells the rest of the app.
#[derive(Clone, Copy)]
pub(crate) struct Ears {
    /// An item of the event stream.
    pub(crate) item: fn(Value),
    /// The token was refused.
    pub(crate) refresh: fn(),
    /// The link may stand differently now.
    pub(crate) changed: fn(&Link),
}

struct Driver {
    link: Link,
    ears: Ears,
    socket: Option<WebSocket>,
    timer: Option<TimeoutHandle>,
    /// The browser's callbacks live as long as the page; they look which socket calls.
    on_open: Closure<dyn FnMut(web_sys::Event)>,
    on_close: Closure<dyn FnMut(CloseEvent)>,
    on_message: Closure<dyn FnMut(MessageEvent)>,
}

thread_local! {
    static DRIVER: RefCell<Option<Driver>> = const { RefCell::new(None) };
    static STARTED: Cell<bool> = const { Cell::new(false) };
}

/// Sets the link up; listens to the browser's network and visibility. Once per page.
pub(crate) fn start(link: Link, ears: Ears) {
    if STARTED.replace(true) {
        return;
    }
    let driver = Driver {
        link,
        ears,
        socket: None,
        timer: None,
        on_open: Closure::new(|event: web_sys::Event| {
            if is_current(event.target().as_ref()) {
                tell(Input::Opened);
            }
        }),
        on_close: Closure::new(|event: CloseEvent| {
            if is_current(event.target().as_ref()) {
                DRIVER.with(|driver| {
                    if let Some(driver) = driver.borrow_mut().as_mut() {
                        driver.socket = None;
                    }
                });
                tell(Input::Closed(event.code()));
            }
        }),
        on_message: Closure::new(|event: MessageEvent| {
            if is_current(event.target().as_ref())
                && let Some(text) = event.data().as_string()
            {
                tell(Input::Message(&text));
            }
        }),
    };
    DRIVER.with(|cell| *cell.borrow_mut() = Some(driver));
    for (name, input) in [("online", Input::Wake), ("offline", Input::NetworkLost)] {
        let handle = leptos::prelude::window_event_listener_untyped(name, move |_| tell(input.clone()));
        // The page listens as long as it lives.
        std::mem::forget(handle);
    }
}

/// Tells the link what happened and does what it says.
pub(crate) fn tell(input: Input<'_>) {
    let now = js_sys::Date::now();
    let done = DRIVER.with(|cell| {
        cell.borrow_mut().as_mut().map(|driver| {
            let outputs = driver.link.step(now, js_sys::Math::random(), input);
            (outputs, driver.ears)
        })
    });
    let Some((outputs, ears)) = done else { return };
    for output in outputs {
        carry_out(output, ears);
    }
    DRIVER.with(|cell| {
        if let Some(driver) = cell.borrow_mut().as_mut() {
            set_timer(driver, now);
        }
    });
    DRIVER.with(|cell| {
        if let Some(driver) = cell.borrow().as_ref() {
            (ears.changed)(&driver.link);
        }
    });
}

/// Reads something off the link.
pub(crate) fn with_link<T>(read: impl FnOnce(&mut Link) -> T) -> Option<T> {
    DRIVER.with(|cell| cell.borrow_mut().as_mut().map(|driver| read(&mut driver.link)))
}

fn is_current(target: Option<&web_sys::EventTarget>) -> bool {
    DRIVER.with(|cell| {
        let driver = cell.borrow();
        let socket = driver.as_ref().and_then(|driver| driver.socket.as_ref());
        match (socket, target) {
            (Some(socket), Some(target)) => AsRef::<JsValue>::as_ref(socket) == AsRef::<JsValue>::as_ref(target),
            _ => false,
        }
    })
}

fn carry_out(output: Output, ears: Ears) {
    match output {
        Output::Deliver(item) => (ears.item)(item),
        Output::Refresh => (ears.refresh)(),
        Output::Open => DRIVER.with(|cell| {
            if let Some(driver) = cell.borrow_mut().as_mut() {
                drop_socket(driver);
                driver.socket = open(driver);
            }
        }),
        Output::Close => DRIVER.with(|cell| {
            if let Some(driver) = cell.borrow_mut().as_mut() {
                drop_socket(driver);
            }
        }),
        Output::Send(frame) => DRIVER.with(|cell| {
            if let Some(socket) = cell.borrow().as_ref().and_then(|driver| driver.socket.as_ref()) {
                // A socket that is closing reports that itself.
                let _ = socket.send_with_str(&frame);
            }
        }),
    }
}

fn open(driver: &Driver) -> Option<WebSocket> {
    let location = web_sys::window()?.location();
    let scheme = if location.protocol().ok()? == "https:" {
        "wss"
    } else {
        "ws"
    };
    let url = format!("{scheme}://{}/graphql", location.host().ok()?);
    // A refused constructor is like a socket that never opens: the link gives it up by its deadline.
    let socket = WebSocket::new_with_str(&url, PROTOCOL).ok()?;
    socket.set_onopen(Some(driver.on_open.as_ref().unchecked_ref()));
    socket.set_onclose(Some(driver.on_close.as_ref().unchecked_ref()));
    socket.set_onmessage(Some(driver.on_message.as_ref().unchecked_ref()));
    Some(socket)
}

fn drop_socket(driver: &mut Driver) {
    if let Some(socket) = driver.socket.take() {
        socket.set_onopen(None);
        socket.set_onclose(None);
        socket.set_onmessage(None);
        let _ = socket.close();
    }
}

fn set_timer(driver: &mut Driver, now: f64) {
    if let Some(timer) = driver.timer.take() {
        timer.clear();
    }
    driver.timer = driver.link.deadline().and_then(|at| {
        let wait = Duration::from_millis((at - now).max(0.0) as u64);
        set_timeout_with_handle(|| tell(Input::Tick), wait).ok()
    });
}
