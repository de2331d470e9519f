//! The live feed in the public schema.

use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::{ComplexObject, Context, ID, SimpleObject, Subscription, Union};
use chrono::{DateTime, Utc};
use entity::MemberId;
use futures_util::stream::{self, BoxStream, StreamExt};

use super::schema::AsOf;
use super::{cx, id};
use crate::error::{Error, Result};
use crate::event::feed::{self, Item};
use crate::event::{Listener, Published, Topic, View};
use crate::org::graphql::{Member, member};

/// Most topics a subscription may name.
const TOPICS: usize = 250;

/// What the live feed brings.
#[derive(Union)]
pub enum EventStreamItem {
    /// Something happened.
    Event(Event),
    /// The reader was too slow.
    Lagged(Lagged),
    /// Load everything again.
    Reset(Reset),
}

/// Something happened that the viewer may know of. Topics name what to refetch: inbox:me, started:me, copied:me, notifications:me, leave:me, session:me, approval:<TypeID>, org, calendar.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Event {
    /// Place in the feed; give it as `after` to go on behind it. Cursors compare as texts.
    pub cursor: String,
    /// Its id.
    pub id: ID,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What happened, past tense with its module: `approval.submitted`.
    pub kind: String,
    /// What it happened to; the event itself where the viewer may not know.
    pub subject: ID,
    /// What to refetch.
    pub topics: Vec<String>,
    /// Version of the subject after the change; 0 for subjects without one.
    pub version: i32,
    /// Who did it, where the viewer may know.
    #[graphql(skip)]
    pub by: Option<MemberId>,
}

#[ComplexObject]
impl Event {
    /// Who did it; none for the system, and where the viewer may not know.
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<Member>> {
        match self.by {
            Some(by) => member(ctx, by).await.map(Some),
            None => Ok(None),
        }
    }
}

/// The reader was too slow; nothing is lost, the stream goes on from the cursor.
#[derive(SimpleObject)]
pub struct Lagged {
    /// Where it goes on.
    pub cursor: String,
    /// How many events were passed by; they follow.
    pub skipped: i32,
}

/// The cursor is unknown or too old: load everything again, then go on from here.
#[derive(SimpleObject)]
pub struct Reset {
    /// Where it goes on.
    pub cursor: String,
}

/// The feed of a subscriber: what he may know of, one after another.
pub type Items = BoxStream<'static, Result<Item>>;

/// Where the resolver leaves the feed of a subscriber instead of running it: who asked for it shows the items himself.
#[derive(Clone, Default)]
pub struct Handover(Arc<Mutex<Option<Items>>>);

impl Handover {
    /// The feed, once the resolver has left it.
    pub fn take(&self) -> Option<Items> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The one item to be shown instead of a feed.
pub struct Given(Mutex<Option<Result<Item>>>);

impl Given {
    /// This one.
    pub fn new(item: Result<Item>) -> Self {
        Self(Mutex::new(Some(item)))
    }
}

/// Live feeds.
pub struct EventSubscription;

#[Subscription(name = "Subscription")]
impl EventSubscription {
    /// What happens, from a cursor on or from now. Without `topics` all the viewer may know of.
    async fn events(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        topics: Option<Vec<String>>,
    ) -> Result<BoxStream<'static, Result<EventStreamItem>>> {
        if let Some(Given(item)) = ctx.data_opt::<Given>() {
            let item = item.lock().unwrap_or_else(PoisonError::into_inner).take();
            return Ok(stream::iter(item.map(|item| item.map(show))).boxed());
        }
        let listener = ctx
            .data_opt::<Arc<Listener>>()
            .cloned()
            .ok_or_else(Error::unauthenticated)?;
        let reader = listener.actor().ok_or_else(Error::unauthenticated)?;
        reader.settled()?;
        let me = reader.member;
        let topics = topics.map(|topics| read_topics(&topics, me)).transpose()?;
        // From now on means from when the request came, not from when its turn came.
        let after = after.or_else(|| ctx.data_opt::<AsOf>().map(|AsOf(seq)| feed::cursor(*seq)));
        let items = feed::events(cx(ctx)?.clone(), listener, after, topics);
        let Some(Handover(place)) = ctx.data_opt::<Handover>() else {
            return Ok(items.map(|item| item.map(show)).boxed());
        };
        *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(items.boxed());
        Ok(stream::empty().boxed())
    }
}

fn read_topics(topics: &[String], me: MemberId) -> Result<Vec<Topic>> {
    if topics.len() > TOPICS {
        return Err(Error::invalid("topics", "最多 250 项", "At most 250 items"));
    }
    let unknown = || Error::invalid("topics", "有不认识的主题", "There is an unknown topic");
    topics
        .iter()
        .map(|topic| read_topic(topic, me).ok_or_else(unknown))
        .collect()
}

fn read_topic(topic: &str, me: MemberId) -> Option<Topic> {
    if let Some((name, "me")) = topic.split_once(':') {
        return Topic::parse(&format!("{name}:{me}")).filter(|topic| matches!(topic, Topic::Own(..)));
    }
    let Some((name, public)) = topic.split_once(':') else {
        return Topic::parse(topic);
    };
    let (prefix, uuid) = id::decode_parts(public).ok()?;
    (prefix == name).then(|| Topic::Object(name.into(), uuid))
}

/// An item as the schema has it: made of the event and of what the reader is shown of it, and of nothing else.
fn show(item: Item) -> EventStreamItem {
    match item {
        Item::Event(event, view) => EventStreamItem::Event(show_event(&event, &view)),
        Item::Lagged { seq, skipped } => EventStreamItem::Lagged(Lagged {
            cursor: feed::cursor(seq),
            skipped: i32::try_from(skipped).unwrap_or(i32::MAX),
        }),
        Item::Reset { seq } => EventStreamItem::Reset(Reset {
            cursor: feed::cursor(seq),
        }),
    }
}

fn show_event(event: &Published, view: &View) -> Event {
    let topics: Vec<String> = view.topics.iter().map(show_topic).collect();
    let own_id = id::encode(event.id);
    Event {
        cursor: feed::cursor(event.seq),
        at: event.at,
        kind: match topics.first() {
            Some(topic) if !view.open => format!("{topic}.changed"),
            _ => event.kind.to_string(),
        },
        subject: if view.open {
            ID(id::encode_parts(&event.subject_type, event.subject_id))
        } else {
            own_id.clone()
        },
        by: event.actor.filter(|_| view.open),
        version: if view.open { event.version } else { 0 },
        id: own_id,
        topics,
    }
}

fn show_topic(topic: &Topic) -> String {
    match topic {
        Topic::Own(name, _) => format!("{name}:me"),
        Topic::Object(prefix, uuid) => format!("{prefix}:{}", id::encode_parts(prefix, *uuid)),
        Topic::Shared(name) => name.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::ApprovalId;
    use uuid::Uuid;

    #[test]
    fn topics_are_read_as_they_are_shown() {
        let me = MemberId(Uuid::from_u128(5));
        let approval = id::encode(ApprovalId(Uuid::from_u128(6)));
        for text in [
            "inbox:me",
            "session:me",
            "org",
            "calendar",
            &format!("approval:{}", approval.as_str()),
        ] {
            let topic = read_topic(text, me).expect(text);
            assert_eq!(show_topic(&topic), text);
        }
        for wrong in [
            "",
            "me",
            "approval:me",
            "inbox:you",
            "inbox:00000000000000000000000000000007",
            "approval:x",
        ] {
            assert_eq!(read_topic(wrong, me), None, "{wrong}");
        }
        assert_eq!(read_topic(&format!("member:{}", approval.as_str()), me), None);
    }
}
