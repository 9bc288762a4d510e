//! A person's desk as the app has it: the real store, engine and server.

use std::pin::Pin;
use std::rc::Rc;

use baton::commands::{self, Exchange, Ports, Server};
use baton::platform::Phone;
use baton::state::{custodian_name, product_label};
use baton_domain::entry::ReceivedLine;
use baton_domain::query::shared_accounts;
use baton_domain::stock::{Custodian, StockLine, TitleHolder};
use baton_domain::{Command, State, judge};
use baton_sync::Judge;
use js_sys::Array;
use wasm_bindgen::prelude::*;

/// The desk of who signed in.
#[wasm_bindgen]
pub struct Desk {
    desk: commands::Desk<Phone>,
}

#[wasm_bindgen]
impl Desk {
    /// Signs in at the server that this page came from, enrols the phone and takes its first
    /// snapshot.
    pub async fn enter(login: String, password: String) -> Result<Desk, JsError> {
        let phone = Rc::new(Phone::new(rules));
        let session = phone.server().sign_in(&login, &password).await;
        let session = session.map_err(|_| JsError::new("the server does not sign in"))?;
        let entered = commands::enter(phone, &session, &|_| ()).await;
        let (desk, _) = entered.map_err(|_| JsError::new("the phone is not let in"))?;
        Ok(Desk { desk })
    }

    /// Takes so many pieces into custody, one act each; the mark tells their serials from others.
    pub async fn receive(&self, count: u32, mark: String) -> Result<(), JsError> {
        let (view, me) = (self.desk.view(), self.desk.me());
        let with_serial = view.lines().find(|line| line.identity.serial.is_some());
        let known = with_serial.ok_or_else(|| JsError::new("nothing here has a serial"))?;
        for number in 0..count {
            let mut identity = known.identity.clone();
            identity.serial = Some(format!("{mark}-{number}").into());
            let act = Command::ReceiveStock {
                custodian: Custodian::Person(me.person),
                lines: vec![ReceivedLine {
                    identity,
                    quantity: 1,
                    title: TitleHolder::Manufacturer,
                    location: "Trunk".into(),
                }],
                reason: "Sent by the warehouse".into(),
            };
            let saved = self.desk.act(act).await;
            saved.map_err(|_| JsError::new("the act is refused"))?;
        }
        Ok(())
    }

    /// Exchanges once; true where there is more to say.
    pub async fn exchange(&self) -> Result<bool, JsError> {
        match self.desk.exchange(0.5).await {
            Exchange::Done { more, .. } => Ok(more),
            Exchange::SnapshotNeeded => Err(JsError::new("a snapshot is needed")),
            Exchange::Failed { .. } => Err(JsError::new("the exchange failed")),
        }
    }

    /// Every line with something left: id, holder, name, lot, serial, expiry, place, pieces, and
    /// all that a search finds it by.
    pub fn lines(&self) -> Vec<Array> {
        let view = self.desk.view();
        let there = view.lines().filter(|line| line.quantity > 0);
        there.map(|line| row(&view, line)).collect()
    }

    /// Who signed in and the accounts shared with them, by the names that lines are held by.
    pub fn mine(&self) -> Vec<String> {
        let (view, me) = (self.desk.view(), self.desk.me().person);
        let mine = std::iter::once(Custodian::Person(me)).chain(shared_accounts(&view, me));
        mine.map(|one| custodian_name(&view, one)).collect()
    }

    /// The database it works in.
    pub fn database(&self) -> String {
        self.desk.database().into()
    }

    /// How many acts the server has not settled.
    pub fn unconfirmed(&self) -> usize {
        self.desk.unconfirmed()
    }
}

fn row(view: &State, line: &StockLine) -> Array {
    let identity = &line.identity;
    let lot = identity.lot.as_deref().unwrap_or("");
    let serial = identity.serial.as_deref().unwrap_or("");
    let expiry = identity.expiry.map(|date| date.to_string());
    let product = view.product(&identity.product);
    let name = product.map(product_label).unwrap_or_default();
    let label = product.map(|it| {
        [
            &it.reference,
            &it.description,
            &it.brand,
            &it.manufacturer,
            &it.size,
        ]
        .map(|text| &**text)
    });
    let all = label.unwrap_or_default().into_iter();
    let all = all.chain([identity.product.as_str(), lot, serial, &*line.location]);
    let words = all.collect::<Vec<_>>().join(" ").to_lowercase();
    let texts = [
        &*line.id.to_string(),
        &*custodian_name(view, line.custodian),
        &*name,
        lot,
        serial,
        &*expiry.unwrap_or_default(),
        &*line.location,
    ];
    let row: Array = texts.into_iter().map(JsValue::from_str).collect();
    row.push(&line.quantity.into());
    row.push(&words.into());
    row
}

fn rules() -> Pin<Box<dyn Future<Output = Option<Judge>>>> {
    Box::pin(async { Some(judge as Judge) })
}
