//! The state that B8 plans on: 100,000 lines shared out over 200 reps, and a case that needs ten of
//! its products.

use baton_domain::State;
use baton_domain::case::{Case, Need};
use baton_domain::directory::{Person, Role};
use baton_domain::id::{CaseId, EntryId, LineId, PersonId};
use baton_domain::plan::{CoverPlan, Suggestion, Wish, plan_cover, suggest_cover};
use baton_domain::product::{Product, ProductId};
use baton_domain::stock::{Custodian, StockLine, TitleHolder};
use baton_domain::testkit::{FACILITY, REP_A, World, date, lot, person};

/// How many lines there are.
pub const LINES: u32 = 100_000;
/// Over how many reps.
pub const REPS: u32 = 200;
/// How many products the case needs.
pub const NEEDS: u32 = 10;
/// Many products with few lines each, as a catalogue has them, and few with many: the worst.
pub const PRODUCTS: [u32; 2] = [2_000, 100];

/// A large state and the case in it.
pub struct Large {
    state: State,
    case: CaseId,
}

impl Large {
    /// Everything shared out evenly over so many products.
    pub fn new(products: u32) -> Self {
        let (state, case) = large(products);
        Self { state, case }
    }

    /// Plans the cover by one rep.
    pub fn plan(&self) -> Option<CoverPlan> {
        plan_cover(&self.state, self.case, rep_id(7), wish())
    }

    /// Ranks all of them.
    pub fn suggest(&self) -> Vec<Suggestion> {
        suggest_cover(&self.state, self.case, wish())
    }

    /// The peer: a look at every line, which a planner without indexes begins with.
    pub fn walk(&self) -> u32 {
        let lines = self.state.lines();
        lines.map(|line| line.usable_for(self.case)).sum()
    }
}

fn wish() -> Wish {
    Wish::everything(date(2026, 11, 1))
}

fn rep_id(number: u32) -> PersonId {
    let mut bytes = [0x77; 16];
    bytes[12..].copy_from_slice(&number.to_be_bytes());
    PersonId::from_bytes(bytes)
}

/// A state with everything shared out evenly, and a case that needs ten of its products.
fn large(products: u32) -> (State, CaseId) {
    let mut world = World::new();
    let case = world.case(REP_A, &[]);
    let line = world.stock(Custodian::Person(REP_A), lot("08000000000017", "L"), 1);
    let sample = world.line(line).clone();
    let product = world.state.product(&sample.identity.product).cloned();
    let mut state = world.state;
    for number in 0..REPS {
        let region = if number % 2 == 0 { "West" } else { "East" };
        state.put_person(Person {
            name: format!("Rep {number}").into(),
            ..person(rep_id(number), "", Role::Rep, Some(region))
        });
    }
    for number in 0..products {
        if let Some(product) = &product {
            state.put_product(Product {
                id: product_id(number),
                ..product.clone()
            });
        }
    }
    for number in 0..LINES {
        state.put_line(shelved(&sample, number, products));
    }
    if let Some(known) = state.case(case).cloned() {
        let need = |number| Need {
            product: product_id(number),
            quantity: 40,
        };
        state.put_case(Case {
            needs: (0..NEEDS).map(need).collect(),
            ..known
        });
    }
    (state, case)
}

fn shelved(sample: &StockLine, number: u32, products: u32) -> StockLine {
    let mut entry = [0x55; 16];
    entry[12..].copy_from_slice(&number.to_be_bytes());
    // One line in ten is Facility Stock at the case's facility.
    let title = if number.is_multiple_of(10) {
        TitleHolder::Facility(FACILITY)
    } else {
        TitleHolder::Manufacturer
    };
    let mut line = sample.clone();
    line.id = LineId {
        entry: EntryId::from_bytes(entry),
        index: 0,
    };
    line.identity.product = product_id(number % products);
    line.custodian = Custodian::Person(rep_id((number / products) % REPS));
    line.quantity = 1 + number % 4;
    line.title = title;
    line
}

fn product_id(number: u32) -> ProductId {
    ProductId::new(&format!("{:014}", 700_000_000_000_u64 + u64::from(number)))
        .unwrap_or_else(|| unreachable!("fourteen digits"))
}
