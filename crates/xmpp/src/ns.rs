//! The phone book of namespaces: one constant for each, under the document that defines it.

/// RFC 6120 §4.8.2: content of client streams; stands for the content namespace inside a stanza.
pub const CLIENT: &str = "jabber:client";
/// RFC 7395 §3.3.2: the open and close of a framed stream.
pub const FRAMING: &str = "urn:ietf:params:xml:ns:xmpp-framing";
/// XEP-0124: the wrapper of elements that travel over HTTP.
pub const HTTP_BIND: &str = "http://jabber.org/protocol/httpbind";
/// XEP-0206: what XMPP adds to that wrapper.
pub const XBOSH: &str = "urn:xmpp:xbosh";
/// XEP-0357: push notifications.
pub const PUSH: &str = "urn:xmpp:push:0";
/// XEP-0060 §7.1.5: what a publisher expects of a node.
pub const PUBLISH_OPTIONS: &str = "http://jabber.org/protocol/pubsub#publish-options";
/// The feature of XEP-0160, which is no namespace but stands where they do.
pub const OFFLINE: &str = "msgoffline";
/// RFC 6120 §4.8.2: content of server streams.
pub const SERVER: &str = "jabber:server";
/// RFC 6120 §4.8.1: the stream itself.
pub const STREAMS: &str = "http://etherx.jabber.org/streams";
/// RFC 6120 §5: STARTTLS.
pub const TLS: &str = "urn:ietf:params:xml:ns:xmpp-tls";
/// RFC 6120 §6: SASL, first profile.
pub const SASL: &str = "urn:ietf:params:xml:ns:xmpp-sasl";
/// RFC 6120 §7: resource binding.
pub const BIND: &str = "urn:ietf:params:xml:ns:xmpp-bind";
/// RFC 3921 §3: sessions, obsolete and answered only for old clients.
pub const SESSION: &str = "urn:ietf:params:xml:ns:xmpp-session";
/// RFC 6120 §4.9: stream errors.
pub const STREAM_ERRORS: &str = "urn:ietf:params:xml:ns:xmpp-streams";
/// RFC 6120 §8.3: stanza errors.
pub const STANZA_ERRORS: &str = "urn:ietf:params:xml:ns:xmpp-stanzas";
/// XML namespaces: the reserved `xml` prefix.
pub const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// RFC 6121 §2: the roster.
pub const ROSTER: &str = "jabber:iq:roster";
/// RFC 6121 §2.6: roster versioning.
pub const ROSTER_VERSIONING: &str = "urn:xmpp:features:rosterver";
/// RFC 6121 §3.4: pre-approved subscriptions.
pub const PRE_APPROVAL: &str = "urn:xmpp:features:pre-approval";
/// XEP-0004: data forms.
pub const DATA_FORMS: &str = "jabber:x:data";
/// XEP-0012: last activity.
pub const LAST: &str = "jabber:iq:last";
/// XEP-0030: what an entity is and can do.
pub const DISCO_INFO: &str = "http://jabber.org/protocol/disco#info";
/// XEP-0030: what an entity has.
pub const DISCO_ITEMS: &str = "http://jabber.org/protocol/disco#items";
/// XEP-0016: privacy lists, obsolete and only read when an account moves in.
pub const PRIVACY: &str = "jabber:iq:privacy";
/// XEP-0045: rooms, and the mark of who enters one.
pub const MUC: &str = "http://jabber.org/protocol/muc";
/// XEP-0045 §8, §9: what moderators and admins of a room do.
pub const MUC_ADMIN: &str = "http://jabber.org/protocol/muc#admin";
/// XEP-0045 §10: what owners of a room do.
pub const MUC_OWNER: &str = "http://jabber.org/protocol/muc#owner";
/// XEP-0045 §16.5.3: the form of a room's configuration.
pub const MUC_CONFIG: &str = "http://jabber.org/protocol/muc#roomconfig";
/// XEP-0045 §16.5.4: the form of what a room says of itself.
pub const MUC_INFO: &str = "http://jabber.org/protocol/muc#roominfo";
/// XEP-0045 §16.5.2: the form that asks for voice.
pub const MUC_REQUEST: &str = "http://jabber.org/protocol/muc#request";
/// XEP-0045 §16.5.1: the form of registration with a room.
pub const MUC_REGISTER: &str = "http://jabber.org/protocol/muc#register";
/// XEP-0045 §7.4: a room reflects messages with their ids.
pub const MUC_STABLE_ID: &str = "http://jabber.org/protocol/muc#stable_id";
/// XEP-0410: a room answers the pings of its occupants to themselves.
pub const MUC_SELF_PING: &str = "http://jabber.org/protocol/muc#self-ping-optimization";
/// XEP-0045: rooms, as marked by clients and rooms.
pub const MUC_USER: &str = "http://jabber.org/protocol/muc#user";
/// XEP-0049: private XML storage.
pub const PRIVATE: &str = "jabber:iq:private";
/// XEP-0048: the list of bookmarks that older clients keep.
pub const OLD_BOOKMARKS: &str = "storage:bookmarks";
/// XEP-0050: ad-hoc commands.
pub const COMMANDS: &str = "http://jabber.org/protocol/commands";
/// XEP-0054: a person's card.
pub const VCARD: &str = "vcard-temp";
/// XEP-0059: result sets.
pub const RSM: &str = "http://jabber.org/protocol/rsm";
/// XEP-0060: nodes and items.
pub const PUBSUB: &str = "http://jabber.org/protocol/pubsub";
/// XEP-0060 §8: what only the owner of a node may do.
pub const PUBSUB_OWNER: &str = "http://jabber.org/protocol/pubsub#owner";
/// XEP-0060 §7.1.2: what subscribers are told.
pub const PUBSUB_EVENT: &str = "http://jabber.org/protocol/pubsub#event";
/// XEP-0060 §11: error conditions of its own.
pub const PUBSUB_ERRORS: &str = "http://jabber.org/protocol/pubsub#errors";
/// XEP-0060 §16.4.4: the form of a node's configuration.
pub const PUBSUB_CONFIG: &str = "http://jabber.org/protocol/pubsub#node_config";
/// XEP-0060 §5.4: the form of what a node is.
pub const PUBSUB_META: &str = "http://jabber.org/protocol/pubsub#meta-data";
/// XEP-0060 §7.1.5: the form of what a publication presupposes.
pub const PUBSUB_OPTIONS: &str = "http://jabber.org/protocol/pubsub#publish-options";
/// XEP-0060 §16.4.2: what a subscriber wants.
pub const PUBSUB_SUBSCRIBE: &str = "http://jabber.org/protocol/pubsub#subscribe_options";
/// XEP-0060 §16.4.1: whether somebody may subscribe.
pub const PUBSUB_AUTHORIZE: &str = "http://jabber.org/protocol/pubsub#subscribe_authorization";
/// XEP-0077: registration and account removal.
pub const REGISTER: &str = "jabber:iq:register";
/// XEP-0077 §8: the stream feature of a service that takes strangers.
pub const REGISTER_FEATURE: &str = "http://jabber.org/features/iq-register";
/// XEP-0085: chat states.
pub const CHAT_STATES: &str = "http://jabber.org/protocol/chatstates";
/// XEP-0092: software version.
pub const VERSION: &str = "jabber:iq:version";
/// XEP-0115: entity capabilities.
pub const CAPS: &str = "http://jabber.org/protocol/caps";
/// XEP-0114: content of the streams of components.
pub const COMPONENT: &str = "jabber:component:accept";
/// XEP-0122: what a form's field takes.
pub const FORM_VALIDATION: &str = "http://jabber.org/protocol/xdata-validate";
/// XEP-0184: delivery receipts.
pub const RECEIPTS: &str = "urn:xmpp:receipts";
/// XEP-0191: blocking.
pub const BLOCKING: &str = "urn:xmpp:blocking";
/// XEP-0191: what refuses a stanza to a blocked address.
pub const BLOCKING_ERRORS: &str = "urn:xmpp:blocking:errors";
/// XEP-0198: stream management.
pub const SM: &str = "urn:xmpp:sm:3";
/// XEP-0084: avatars, the images.
pub const AVATAR_DATA: &str = "urn:xmpp:avatar:data";
/// XEP-0084: avatars, what there is of each.
pub const AVATAR_METADATA: &str = "urn:xmpp:avatar:metadata";
/// XEP-0153: which picture a card has, said in presence.
pub const VCARD_UPDATE: &str = "vcard-temp:x:update";
/// XEP-0199: ping.
pub const PING: &str = "urn:xmpp:ping";
/// XEP-0202: entity time.
pub const TIME: &str = "urn:xmpp:time";
/// XEP-0203: delayed delivery.
pub const DELAY: &str = "urn:xmpp:delay";
/// XEP-0227: accounts that move.
pub const PIE: &str = "urn:xmpp:pie:0";
/// XEP-0227 §4.3: the keys that SCRAM leaves with a server.
pub const PIE_SCRAM: &str = "urn:xmpp:pie:0#scram";
/// XEP-0227 §4.11: archives that move.
pub const PIE_MAM: &str = "urn:xmpp:pie:0#mam";
/// What XEP-0227 has no word for: ours, which others pass over.
pub const PORTABLE: &str = "urn:folkmoot:portable:0";
/// XEP-0215: services outside the network.
pub const EXTERNAL: &str = "urn:xmpp:extdisco:2";
/// XEP-0220: dialback between servers.
pub const DIALBACK: &str = "jabber:server:dialback";
/// XEP-0220 §2.4.2: dialback as a stream feature.
pub const DIALBACK_FEATURE: &str = "urn:xmpp:features:dialback";
/// XEP-0249: direct room invitations.
pub const DIRECT_INVITE: &str = "jabber:x:conference";
/// XEP-0280: carbons.
pub const CARBONS: &str = "urn:xmpp:carbons:2";
/// XEP-0280 §6.1: the recommended eligibility rules are the ones used.
pub const CARBONS_RULES: &str = "urn:xmpp:carbons:rules:0";
/// XEP-0288: stanzas in both directions between servers.
pub const BIDI: &str = "urn:xmpp:bidi";
/// XEP-0288 §2.1: that as a stream feature.
pub const BIDI_FEATURE: &str = "urn:xmpp:features:bidi";
/// XEP-0297: forwarded stanzas.
pub const FORWARD: &str = "urn:xmpp:forward:0";
/// XEP-0356.
pub const PRIVILEGE: &str = "urn:xmpp:privilege:2";
/// XEP-0300: hashes.
pub const HASHES: &str = "urn:xmpp:hashes:2";
/// XEP-0308: last message correction.
pub const CORRECTION: &str = "urn:xmpp:message-correct:0";
/// XEP-0313: message archives.
pub const MAM: &str = "urn:xmpp:mam:2";
/// XEP-0313 §4.1.5: the further filters and the metadata request.
pub const MAM_EXTENDED: &str = "urn:xmpp:mam:2#extended";
/// XEP-0313 §4.1.4: the field that asks for room messages is understood.
pub const MAM_GROUPCHAT_FIELD: &str = "urn:xmpp:mam:2#groupchat-field";
/// XEP-0317: hats.
pub const HATS: &str = "urn:xmpp:hats:0";
/// XEP-0433: searching rooms.
pub const CHANNEL_SEARCH: &str = "urn:xmpp:channel-search:0:search";
/// XEP-0433: what is wrong with a search.
pub const CHANNEL_SEARCH_ERROR: &str = "urn:xmpp:channel-search:0:error";
/// XEP-0333: displayed markers.
pub const MARKERS: &str = "urn:xmpp:chat-markers:0";
/// XEP-0334: processing hints.
pub const HINTS: &str = "urn:xmpp:hints";
/// XEP-0352: client state.
pub const CSI: &str = "urn:xmpp:csi:0";
/// XEP-0047: files in stanzas.
pub const IBB: &str = "http://jabber.org/protocol/ibb";
/// XEP-0065: files past the server.
pub const BYTESTREAMS: &str = "http://jabber.org/protocol/bytestreams";
/// XEP-0066: an address of something outside, mostly a file.
pub const OOB: &str = "jabber:x:oob";
/// XEP-0095: the way files were offered before Jingle.
pub const STREAM_INITIATION: &str = "http://jabber.org/protocol/si";
/// XEP-0166: calls and files.
pub const JINGLE: &str = "urn:xmpp:jingle:1";
/// XEP-0385: media in a message.
pub const MEDIA_SHARING: &str = "urn:xmpp:sims:1";
/// XEP-0372: what a part of a message refers to.
pub const REFERENCE: &str = "urn:xmpp:reference:0";
/// XEP-0447: files in a message.
pub const FILE_SHARING: &str = "urn:xmpp:sfs:0";
/// XEP-0353: Jingle message initiation.
pub const JINGLE_MESSAGE: &str = "urn:xmpp:jingle-message:0";
/// XEP-0359: stanza and origin ids.
pub const STANZA_ID: &str = "urn:xmpp:sid:0";
/// XEP-0363: slots for files.
pub const UPLOAD: &str = "urn:xmpp:http:upload:0";
/// XEP-0363 §5: what a file is for.
pub const UPLOAD_PURPOSE: &str = "urn:xmpp:http:upload:purpose:0";
/// XEP-0363 §5.1: for a message, which is what is assumed.
pub const UPLOAD_MESSAGE: &str = "urn:xmpp:http:upload:purpose:0#message";
/// XEP-0363 §5.2: for a profile: a picture, a cover.
pub const UPLOAD_PROFILE: &str = "urn:xmpp:http:upload:purpose:0#profile";
/// XEP-0363 §5.3: for something that ends at a time.
pub const UPLOAD_EPHEMERAL: &str = "urn:xmpp:http:upload:purpose:0#ephemeral";
/// XEP-0377: reports that come with a block.
pub const REPORTING: &str = "urn:xmpp:reporting:1";
/// XEP-0386: Bind 2.
pub const BIND2: &str = "urn:xmpp:bind:0";
/// XEP-0388: SASL2.
pub const SASL2: &str = "urn:xmpp:sasl:2";
/// XEP-0390: entity capabilities, second version.
pub const CAPS2: &str = "urn:xmpp:caps";
/// XEP-0402: bookmarks.
pub const BOOKMARKS: &str = "urn:xmpp:bookmarks:1";
/// XEP-0421: who somebody is in a room, whatever the nickname.
pub const OCCUPANT_ID: &str = "urn:xmpp:occupant-id:0";
/// XEP-0424: retraction.
pub const RETRACT: &str = "urn:xmpp:message-retract:1";
/// XEP-0424 §4: archives put tombstones where retracted messages were.
pub const RETRACT_TOMBSTONE: &str = "urn:xmpp:message-retract:1#tombstone";
/// XEP-0425: moderators retract messages of others.
pub const MODERATE: &str = "urn:xmpp:message-moderate:1";
/// XEP-0425: the same in its first version, which older clients send.
pub const MODERATE_0: &str = "urn:xmpp:message-moderate:0";
/// XEP-0424: retraction in its first version, inside of that.
pub const RETRACT_0: &str = "urn:xmpp:message-retract:0";
/// XEP-0422: what wrapped both.
pub const FASTEN: &str = "urn:xmpp:fasten:0";
/// XEP-0440: the channel-binding types on offer.
pub const CHANNEL_BINDING: &str = "urn:xmpp:sasl-cb:0";
/// XEP-0444: reactions.
pub const REACTIONS: &str = "urn:xmpp:reactions:0";
/// XEP-0379: who was invited.
pub const PARS: &str = "urn:xmpp:pars:0";
/// XEP-0445 §3: the stream feature of a service that takes whoever was invited.
pub const INVITED: &str = "urn:xmpp:ibr-token:0";
/// XEP-0401 §12.1: the form that holds an invitation.
pub const INVITATION: &str = "urn:xmpp:invite#invitation";
/// XEP-0478: stream limits.
pub const STREAM_LIMITS: &str = "urn:xmpp:stream-limits:0";
/// XEP-0480: tasks that upgrade what is stored for a login.
pub const SASL_UPGRADE: &str = "urn:xmpp:sasl:upgrade:0";
/// XEP-0480: the upgrade task for SCRAM.
pub const SCRAM_UPGRADE: &str = "urn:xmpp:scram-upgrade:0";
/// XEP-0484: quick re-authentication by token.
pub const FAST: &str = "urn:xmpp:fast:0";
/// XEP-0490: up to where chats were displayed.
pub const DISPLAYED: &str = "urn:xmpp:mds:displayed:0";
/// XEP-0494: which clients have access to an account.
pub const CLIENT_ACCESS: &str = "urn:xmpp:cam:0";
/// XEP-0506: takes no chat messages.
pub const NO_REPLY: &str = "urn:xmpp:noreply:0";
