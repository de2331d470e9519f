//! `tongshi doctor`: what a server is set to, what its database says of itself, and whether it would start.

use tongshi::config::Config;
use tongshi::event::relay;
use tongshi::{diagnosis, self_check, upgrade};

/// Prints all of it; what is too weak to serve with is the error.
pub(super) async fn run(config: Config) -> Result<(), String> {
    println!("Tongshi {}", env!("CARGO_PKG_VERSION"));
    section("Settings", &diagnosis::settings(&config));
    let cx = super::keep::look(config).await?;
    section("Database", &diagnosis::database(&cx.db).await?);
    println!("\nSelf-check");
    for line in self_check::run(&cx).await? {
        println!("  {line}");
    }
    upgrade::require_current(&cx.db).await?;
    let lag = relay::lag(&cx).await.map_err(tongshi::error::Error::line)?;
    println!(
        "  events: {} wait for a number, the oldest since {} s",
        lag.waiting,
        lag.oldest.as_secs()
    );
    Ok(())
}

fn section(title: &str, told: &[diagnosis::Told]) {
    println!("\n{title}");
    for (name, value) in told {
        println!("  {name} = {value}");
    }
}
