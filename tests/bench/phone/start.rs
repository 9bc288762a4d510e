//! What a start of the app does before anything is drawn, step by step.

use baton_domain::State;
use baton_store::{IndexedDbStore, LedgerStore, Loaded};
use baton_sync::Engine;
use std::sync::Arc;
use wasm_bindgen::prelude::*;

/// A start as far as it has come.
#[wasm_bindgen]
pub struct Start {
    loaded: Loaded,
}

#[wasm_bindgen]
impl Start {
    /// Pages and entries out of IndexedDB.
    pub async fn load(database: String) -> Result<Start, JsError> {
        let store = IndexedDbStore::open(&database).await?;
        let loaded = store.load().await?;
        Ok(Start { loaded })
    }

    /// Their bytes into a state.
    pub fn read(self) -> Known {
        let engine = Engine::judging(self.loaded, None);
        Known {
            state: engine.view().clone(),
        }
    }
}

/// What is known after it.
#[wasm_bindgen]
pub struct Known {
    state: State,
}

#[wasm_bindgen]
impl Known {
    /// Puts every line into an empty state, as a start does: the part of the reading that is not
    /// decoding.
    pub fn put_lines(&self) -> usize {
        let mut state = State::default();
        state.put_lines(self.state.lines().cloned().map(Arc::new).collect());
        state.lines().count()
    }
}
