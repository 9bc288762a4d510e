//! TLS to PostgreSQL: the cluster of this run also listens with a certificate.

use baton_server::data_folder::DataFolder;
use baton_server::storage::Database;

use crate::support::database::is_postgres;

const ADDRESS: &str = "BATON_TEST_TLS_DATABASE_URL";
const ROOT: &str = "BATON_TEST_TLS_ROOT";

#[tokio::test]
async fn a_database_is_reached_encrypted_and_only_if_it_shows_who_it_is() {
    if !is_postgres() {
        return;
    }
    let address = std::env::var(ADDRESS).unwrap();
    let root = std::env::var(ROOT).unwrap();
    let data = tempfile::tempdir().unwrap();
    let folder = DataFolder::open(data.path()).unwrap();
    let open = async |query: String| {
        let database = Database::at(&format!("{address}?{query}")).unwrap();
        let opened = database.open(&folder).await;
        opened.map_err(|failure| failure.to_string())
    };
    let verified = open(format!("sslmode=verify-full&sslrootcert={root}"));
    let storage = verified.await.unwrap();
    storage.organizations().await.unwrap();
    // This cluster lets nobody in over TCP without TLS.
    let plain = open("sslmode=disable".into()).await.err().unwrap();
    assert!(plain.contains("no encryption"), "{plain}");
    let stranger = open("sslmode=verify-full".into()).await.err().unwrap();
    assert!(stranger.contains("certificate"), "{stranger}");
    let missing = open("sslmode=verify-full&sslrootcert=/nowhere/ca.pem".into());
    let missing = missing.await.err().unwrap();
    assert!(missing.contains("/nowhere/ca.pem"), "{missing}");
}
