//! The hash of the service's capabilities, computed as a client computes it from what it is told.

use testkit::client::{Client, Keychain, Login, Profile};
use testkit::house::House;
use xmpp::scram::Hash;
use xmpp::{Element, ns};

/// XEP-0115 §5.1, §6.3: what the stream's features promise is what disco tells.
#[tokio::test]
async fn the_hash_in_the_stream_features_is_that_of_disco() {
    let house = House::start(21).await.unwrap();
    house.add_account("alice", "correct horse battery staple").await.unwrap();
    let (mut client, _) = Client::connect(&house.target()).await.unwrap();
    let keychain = Keychain::new();
    let (user, password, resource) = ("alice", "correct horse battery staple", "phone");
    let login = Login { user, password, resource, hash: Hash::Sha256, profile: Profile::Sasl2, keychain: &keychain };
    let features = client.authenticate(login).await.unwrap();
    let features = features.element();
    let told = features.child("c", ns::CAPS).unwrap();
    let node = format!("{}#{}", told.attr("node").unwrap(), told.attr("ver").unwrap());

    let asked = format!("<query xmlns='{}' node='{node}'/>", ns::DISCO_INFO);
    let answer = client.ask("get", Some("localhost"), &asked).await.unwrap();
    let query = answer.payload().unwrap();
    let mut text = String::new();
    let attribute = |element: &Element<'_>, name: &str| element.attr(name).unwrap_or_default().into_owned();
    for identity in query.children().filter(|child| child.name() == "identity") {
        let [category, kind, name] = ["category", "type", "name"].map(|name| attribute(&identity, name));
        text.push_str(&format!("{category}/{kind}//{name}<"));
    }
    let mut namespaces: Vec<String> =
        query.children().filter(|child| child.name() == "feature").map(|child| attribute(&child, "var")).collect();
    namespaces.sort_unstable();
    for namespace in namespaces {
        text.push_str(&namespace);
        text.push('<');
    }
    // The one form there is: how to reach those who run the service (XEP-0157).
    for x in query.children().filter(|child| child.is("x", ns::DATA_FORMS)) {
        let field = |field: Element<'_>| {
            let mut values: Vec<String> = field.children().map(|value| value.text().into_owned()).collect();
            values.sort_unstable();
            (attribute(&field, "var"), values.join("<"))
        };
        let mut fields: Vec<(String, String)> = x.children().map(field).collect();
        let form_type = fields.remove(0);
        assert_eq!(form_type.0, "FORM_TYPE");
        fields.sort_unstable();
        text.push_str(&format!("{}<", form_type.1));
        text.extend(fields.into_iter().map(|(name, values)| format!("{name}<{values}<")));
    }
    let hash = data_encoding::BASE64.encode(&Hash::Sha1.digest(text.as_bytes()));
    assert_eq!(told.attr("ver").unwrap(), hash);
    client.close().await.unwrap();
    house.stop().await;
}
