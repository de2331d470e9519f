//! JSON that is parsed when somebody looks.

use sea_orm::FromJsonQueryResult;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// JSON as the database keeps it, parsed when somebody looks: a list reads many rows and shows a line of each.
#[derive(Clone, Debug, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct Document(Box<RawValue>);

impl Document {
    /// A value as JSON.
    ///
    /// # Errors
    /// When the value is not one JSON can hold, such as a map without text for keys.
    pub fn of(value: &impl Serialize) -> Result<Self, serde_json::Error> {
        serde_json::value::to_raw_value(value).map(Self)
    }

    /// What it says.
    ///
    /// # Errors
    /// When it says something else.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.0.get())
    }
}

impl PartialEq for Document {
    /// The same text. The same values in another order are another text.
    fn eq(&self, other: &Self) -> bool {
        self.0.get() == other.0.get()
    }
}

impl Eq for Document {}
