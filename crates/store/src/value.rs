//! What goes into a statement and comes out of a query.

use crate::Fault;
use bytes::Bytes;

/// One parameter or column.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names of the SQL types")]
pub enum Value {
    Null,
    Int(i64),
    Text(Box<str>),
    Blob(Bytes),
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::Int(value)
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Value {
        Value::Int(value.into())
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Value {
        Value::Text(value.into())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Value {
        Value::Text(value.into())
    }
}

impl From<Bytes> for Value {
    fn from(value: Bytes) -> Value {
        Value::Blob(value)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

/// One row of a result, columns by position.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row(pub(crate) Vec<Value>);

impl Row {
    /// All columns.
    pub fn values(&self) -> &[Value] {
        &self.0
    }

    /// An integer.
    ///
    /// # Errors
    /// When the column holds something else: the schema and the query disagree.
    pub fn int(&self, column: usize) -> Result<i64, Fault> {
        match self.0.get(column) {
            Some(Value::Int(value)) => Ok(*value),
            other => Err(mismatch(column, "an integer", other)),
        }
    }

    /// A text.
    ///
    /// # Errors
    /// As for [`Row::int`].
    pub fn text(&self, column: usize) -> Result<&str, Fault> {
        match self.0.get(column) {
            Some(Value::Text(value)) => Ok(value),
            other => Err(mismatch(column, "a text", other)),
        }
    }

    /// Bytes.
    ///
    /// # Errors
    /// As for [`Row::int`].
    pub fn blob(&self, column: usize) -> Result<Bytes, Fault> {
        match self.0.get(column) {
            Some(Value::Blob(value)) => Ok(value.clone()),
            other => Err(mismatch(column, "bytes", other)),
        }
    }

    /// A text, or none for null.
    ///
    /// # Errors
    /// As for [`Row::int`].
    pub fn text_or_null(&self, column: usize) -> Result<Option<&str>, Fault> {
        match self.0.get(column) {
            Some(Value::Null) => Ok(None),
            _ => self.text(column).map(Some),
        }
    }

    /// An integer, or none for null.
    ///
    /// # Errors
    /// As for [`Row::int`].
    pub fn int_or_null(&self, column: usize) -> Result<Option<i64>, Fault> {
        match self.0.get(column) {
            Some(Value::Null) => Ok(None),
            _ => self.int(column).map(Some),
        }
    }
}

fn mismatch(column: usize, wanted: &str, found: Option<&Value>) -> Fault {
    Fault(format!("column {column} should hold {wanted} and holds {found:?}"))
}
