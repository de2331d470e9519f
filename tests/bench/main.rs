//! Measures a release build of the server on a large company; see the README beside this file.

mod company;
mod decision;
mod fair;
mod feed;
mod load;
mod queries;
mod server;
mod todo;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Parser;

use company::Company;
use load::Load;
use queries::Subject;
use server::Server;

/// Starts that are measured: the pages of the database are in the memory of the machine after the first.
const STARTS: usize = 5;

/// What to measure, and where.
#[derive(Parser, Clone)]
struct Options {
    /// Folder of the data; filled when it is empty.
    #[arg(long)]
    data_dir: PathBuf,
    /// Database to use instead of the one in the folder.
    #[arg(long)]
    database_url: Option<String>,
    /// People of a company that is filled.
    #[arg(long, default_value_t = 20_000)]
    people: usize,
    /// Seconds of each measurement.
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// The server.
    #[arg(long, default_value = "target/release/tongshi")]
    binary: PathBuf,
    /// Where it listens.
    #[arg(long, default_value_t = 8700)]
    port: u16,
    /// Only these measurements: `Q1`, `Q2`, `M1`, `decision`, `todo`, `events`, `fair`; all when none is named.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Subscribers of the feed.
    #[arg(long, default_value_t = 1_000)]
    subscribers: usize,
    /// Copies what waits until there are so many tasks in all, and measures to-do lists alone. The folder is of no other use
    /// afterwards.
    #[arg(long)]
    tasks: Option<u64>,
}

#[tokio::main]
async fn main() {
    let options = Options::parse();
    server::fill(&options).await;
    let company = Company::load(&options).await;
    println!(
        "company: {} people, {} requests, {} tasks wait",
        company.people,
        company.requests,
        company.tasks.len()
    );
    if let Some(tasks) = options.tasks {
        todo::multiply(&options, tasks).await;
        let server = started(&options, &company).await;
        return todo::measure(&options, &server, &company).await;
    }
    queries::count_statements(&options, &company).await;

    let server = started(&options, &company).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let idle = server.memory();

    let wanted = |name: &str| options.only.is_empty() || options.only.iter().any(|one| one == name);
    let load = Load {
        server: &server,
        span: Duration::from_secs(options.seconds),
    };
    for connections in [16, 64] {
        if wanted("Q1") {
            load.read("Q1", connections, &company.inboxes(connections)).await;
        }
        if wanted("Q2") {
            load.read("Q2", connections, &company.details(connections)).await;
        }
    }
    let mut tasks = company.tasks.iter();
    for connections in [16, 64] {
        if wanted("M1") {
            load.approve("M1", connections, &company, &mut tasks).await;
        }
    }
    if wanted("todo") {
        todo::measure(&options, &server, &company).await;
    }
    if wanted("decision") {
        decision::measure(&options, &server, &company, &mut tasks).await;
    }
    if wanted("events") {
        feed::measure(&server, &company, options.subscribers, &mut tasks).await;
    }
    let peak = server.memory();
    println!(
        "memory  idle {:.0} MiB ({:.0} in all), peak {:.0} MiB ({:.0} in all)",
        idle.own, idle.resident, peak.peak, peak.highest
    );
    drop(server);
    if wanted("fair") {
        let server = Server::start_usual(&options).await;
        let (token, body) = company.inboxes(1).pop().expect("an approver");
        server.answers(&token, &body).await;
        fair::measure(&server, &company, Duration::from_secs(options.seconds)).await;
    }
}

/// A server that answers, after several that did.
async fn started(options: &Options, company: &Company) -> Server {
    let subject = Subject::of(company);
    let (token, body) = (company.session(subject.reader), queries::detail(&subject));
    let mut times = Vec::with_capacity(STARTS);
    loop {
        let began = Instant::now();
        let server = Server::start(options).await;
        server.answers(&token, &body).await;
        times.push(began.elapsed().as_secs_f64() * 1e3);
        if times.len() == STARTS {
            times.sort_by(f64::total_cmp);
            println!(
                "start   {:>7.0} ms to the first answered Q2; {STARTS} starts, {:.0} to {:.0} ms",
                times[STARTS / 2],
                times[0],
                times[STARTS - 1]
            );
            return server;
        }
    }
}
