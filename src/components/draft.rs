//! What is typed and not saved yet, kept on this phone: a reload, a call that pushes the app out
//! of memory, or an empty battery costs nothing.
//!
//! A draft is the texts of a form's fields in their order, nothing else. It is read once, when
//! the form opens and nobody has typed yet; written whenever typing pauses; dropped when the form
//! is saved. It belongs to who is signed in, like everything else that the phone keeps.

use crate::state::{App, use_app};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;
use std::time::Duration;

/// How long typing pauses before the draft is written.
const PAUSE: Duration = Duration::from_millis(300);
/// Between two fields. No keyboard types it.
const BETWEEN: &str = "\u{1e}";

/// One field, as text.
struct Field {
    read: Box<dyn Fn() -> String>,
    write: Box<dyn Fn(&str)>,
}

/// The fields of a form, being listed.
pub struct Draft {
    key: String,
    fields: Vec<Field>,
}

/// A draft that is kept while its page is open. Copy it into any handler.
#[derive(Clone, Copy)]
pub struct Kept {
    app: App,
    key: StoredValue<String>,
    /// Counts changes: only the last of a burst is written.
    change: StoredValue<u32>,
}

impl Draft {
    /// The draft of the form with this name; one name, one draft.
    pub fn of(key: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            fields: Vec::new(),
        }
    }

    /// With these text fields.
    pub fn texts(mut self, signals: &[RwSignal<String>]) -> Self {
        for &signal in signals {
            self.fields.push(Field {
                read: Box::new(move || signal.get()),
                write: Box::new(move |text| signal.set(text.to_owned())),
            });
        }
        self
    }

    /// With a field that is not a text: how it is read as one, and how it is made from one.
    pub fn other(
        mut self,
        read: impl Fn() -> String + 'static,
        write: impl Fn(&str) + 'static,
    ) -> Self {
        self.fields.push(Field {
            read: Box::new(read),
            write: Box::new(write),
        });
        self
    }

    /// Brings back what was kept, and keeps what is typed from now on.
    pub fn keep(self) -> Kept {
        let app = use_app();
        let kept = Kept {
            app,
            key: StoredValue::new(self.key),
            change: StoredValue::new(0),
        };
        let fields = Rc::new(self.fields);
        let blank = untrack(|| whole(&fields));
        let first = blank.clone();
        let (to_fill, key) = (fields.clone(), kept.key.get_value());
        spawn_local(async move {
            let Some(text) = app.draft(key).await else {
                return;
            };
            // The page may be gone by now, and whoever types faster than the store answers is not
            // typed over.
            if kept.key.try_get_value().is_none() {
                return;
            }
            if untrack(|| whole(&to_fill)) == blank && fill(&to_fill, &text) {
                app.announce("What you had typed is here again");
            }
        });
        Effect::new(move |before: Option<String>| {
            let now = whole(&fields);
            if before.is_some_and(|before| before != now) {
                kept.write_soon((now != first).then(|| now.clone()));
            }
            now
        });
        kept
    }
}

impl Kept {
    /// Drops the draft: its form was saved.
    pub fn done(self) {
        self.write_soon(None);
    }

    fn write_soon(self, text: Option<String>) {
        let change = self.change.get_value() + 1;
        self.change.set_value(change);
        let (app, key) = (self.app, self.key.get_value());
        let last = self.change;
        set_timeout(
            move || {
                // The page may be gone by then; its last words count all the same.
                if last.try_get_value().is_none_or(|last| last == change) {
                    spawn_local(async move { app.keep_draft(key, text).await });
                }
            },
            PAUSE,
        );
    }
}

/// Things with how many of each, as the text of one field.
pub fn counts_text(counts: impl Iterator<Item = (String, u32)>) -> String {
    let rows: Vec<String> = counts
        .map(|(thing, count)| thing + " " + &count.to_string())
        .collect();
    rows.join("\n")
}

/// Reads what [`counts_text`] made; what is no such row is left out.
pub fn counts(text: &str) -> impl Iterator<Item = (&str, u32)> {
    text.lines().filter_map(|row| {
        let (thing, count) = row.rsplit_once(' ')?;
        Some((thing, count.parse().ok()?))
    })
}

fn whole(fields: &[Field]) -> String {
    let texts: Vec<String> = fields.iter().map(|field| (field.read)()).collect();
    texts.join(BETWEEN)
}

/// Fills the fields in; false if the text is that of another form, say of an older version.
fn fill(fields: &[Field], text: &str) -> bool {
    let texts: Vec<&str> = text.split(BETWEEN).collect();
    if texts.len() != fields.len() {
        return false;
    }
    for (field, text) in fields.iter().zip(texts) {
        (field.write)(text);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    fn field(cell: &Rc<RefCell<String>>) -> Field {
        let (from, to) = (cell.clone(), cell.clone());
        Field {
            read: Box::new(move || from.borrow().clone()),
            write: Box::new(move |text| *to.borrow_mut() = text.to_owned()),
        }
    }

    #[test]
    fn a_draft_comes_back_field_by_field() {
        let cells = [Rc::default(), Rc::default()];
        let fields: Vec<Field> = cells.iter().map(field).collect();
        *cells[0].borrow_mut() = "two\nlines".into();
        let kept = whole(&fields);
        *cells[0].borrow_mut() = String::new();
        assert!(fill(&fields, &kept));
        assert_eq!(*cells[0].borrow(), "two\nlines");
        assert_eq!(*cells[1].borrow(), "");
    }

    #[test]
    fn counts_come_back_as_they_were() {
        let text = counts_text([("a.1".to_owned(), 2), ("b".to_owned(), 30)].into_iter());
        assert_eq!(counts(&text).collect::<Vec<_>>(), [("a.1", 2), ("b", 30)]);
        assert_eq!(counts("").count() + counts("no number").count(), 0);
    }

    #[test]
    fn a_draft_of_a_form_with_other_fields_is_left_alone() {
        let cell = Rc::new(RefCell::new("typed".to_owned()));
        assert!(!fill(&[field(&cell)], &["a", "b"].join(BETWEEN)));
        assert_eq!(*cell.borrow(), "typed");
    }
}
