//! WebSockets of Channels: the routing that `ASGI_APPLICATION` names.

use super::access::{Access, Entry};
use super::table::{Around, Builder};
use super::view::Target;
use super::{Methods, Origin, Unresolved};
use crate::eval::Evaluator;
use crate::settings::SettingsModule;
use crate::value::{Truth, Value};

/// Adds the WebSockets of the ASGI application.
pub(super) fn add(builder: &mut Builder<'_, '_>, settings: &SettingsModule, evaluator: &mut Evaluator<'_>) {
    let Some(Value::Text(application)) = settings.get("ASGI_APPLICATION").value() else { return };
    let Some((module, name)) = application.rsplit_once('.') else { return };
    let Some(value) = evaluator.value_of(module, name) else { return };
    let Value::Call(call) = &value else { return };
    if !call.callee.ends_with("ProtocolTypeRouter") {
        return;
    }
    let Some(socket) = call.argument(0, "application_mapping").and_then(|mapping| mapping.key("websocket"))
    else {
        return;
    };
    let mut around = Vec::new();
    let mut at = socket;
    let routing = loop {
        let Value::Call(call) = at else { break None };
        if call.callee.ends_with("URLRouter") {
            break call.argument(0, "routes");
        }
        around.push(call.callee.to_string());
        match call.arguments.iter().find(|argument| matches!(argument, Value::Call(_))) {
            Some(inner) if around.len() < 16 => at = inner,
            _ => break None,
        }
    };
    let Some(routing) = routing else {
        builder.table.unresolved.push(Unresolved {
            pattern: "(WebSocket)".to_owned(),
            reason: "the routing of WebSockets was not followed".to_owned(),
            place: Some(call.place),
        });
        return;
    };
    let entries = evaluator.entries_of(routing);
    let before = builder.table.routes.len();
    builder.entries(&entries, &Around { known: true, ..Around::default() });
    let origin_checked = around.iter().any(|name| name.ends_with("OriginValidator"));
    for at in before..builder.table.routes.len() {
        let mut route = builder.table.routes[at].clone();
        route.origin = Origin::Socket;
        route.methods = Methods::only(&["WEBSOCKET"]);
        route.csrf.protected = Truth::from(origin_checked);
        route.csrf.exempted = false;
        route.csrf.place = None;
        route.csrf.because = if origin_checked {
            "the origin is checked".to_owned()
        } else {
            "no `OriginValidator` checks which site the visitor comes from".to_owned()
        };
        // Consumers ask for themselves, in `connect`; the middleware of requests does not run.
        let asks = builder.asked.entrances(&route).into_iter().find_map(|function| {
            let facts = builder.asked.facts(function);
            facts.asks.first().cloned()
        });
        route.access = match (asks, route.view.target) {
            (Some((place, word)), _) => Access::of(
                Entry::Custom("in the consumer".to_owned()),
                format!("it uses `{word}`"),
                Some(place),
            ),
            (None, Target::Class(_) | Target::Function(_)) => {
                Access::public("the consumer does not ask who the visitor is")
            }
            (None, _) => Access::default(),
        };
        builder.table.routes[at] = route;
    }
}
