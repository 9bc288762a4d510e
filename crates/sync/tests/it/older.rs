//! An app that is older than what others record, and its update.

use crate::keeper::receive;
use baton_domain::testkit::{REP_A, REP_B};
use baton_sync::sim::phone::Phone;
use baton_sync::sim::server::Server;

/// The stored number of received stock.
const STOCK_RECEIVED: u16 = 10;

#[test]
fn what_an_old_app_could_not_read_is_read_by_its_update() {
    let mut server = Server::new();
    let [mut old, mut new] = [REP_A, REP_B].map(|person| Phone::new(person, &server));
    old.lacks = &[STOCK_RECEIVED];
    assert!(old.engine.generation(1).is_some());
    let command = receive(&new, "L9", 3);
    new.act(command).unwrap();
    new.sync(&mut server);
    old.sync(&mut server);
    assert!(old.engine.base() != server.keeper.state());
    assert!(old.engine.generation(1).is_none(), "it would be lost");
    old.restart();
    assert!(old.engine.generation(1).is_none(), "nor after a start");
    old.update_app();
    assert!(old.engine.base() == server.keeper.state());
    assert!(old.engine.generation(1).is_some());
}
