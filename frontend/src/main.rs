//! Starts the web app: mounts it in place of the splash, and says so calmly when it breaks.

use leptos::prelude::*;

/// Hands a panic to the page itself: `index.html` draws the overlay without WebAssembly, which is dead by then.
fn report_panic(info: &std::panic::PanicHookInfo<'_>) {
    console_error_panic_hook::hook(info);
    let init = web_sys::CustomEventInit::new();
    init.set_detail(&wasm_bindgen::JsValue::from_str(&info.to_string()));
    if let Some(window) = web_sys::window()
        && let Ok(event) = web_sys::CustomEvent::new_with_event_init_dict("tongshi:crash", &init)
    {
        _ = window.dispatch_event(&event);
    }
}

fn main() {
    std::panic::set_hook(Box::new(report_panic));
    mount_to_body(frontend::app::App);
    if let Some(splash) = document().get_element_by_id("splash") {
        splash.remove();
    }
}
