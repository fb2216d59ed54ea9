package io.muster.api.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A client as the documentation describes it: applies states and changes. */
final class StateClient {
  private final Map<Integer, JsonObject> facts = new TreeMap<>();
  private final Map<Integer, JsonArray> values = new TreeMap<>();
  private Optional<StatePosition> position = Optional.empty();
  private String epoch = "";

  /** Applies a message; throws if it does not follow the state of the client. */
  void apply(byte[] json) {
    var message = new JsonObject(new String(json, UTF_8));
    var sequence = message.getLong("seq");
    if (message.getString("type").equals("state")) {
      epoch = message.getString("epoch");
      facts.clear();
      values.clear();
    } else {
      requireFollowing(message.getLong("from"), sequence);
      message.getJsonArray("gone").forEach(this::remove);
    }
    message
        .getJsonArray("hosts")
        .forEach(host -> facts.put(((JsonObject) host).getInteger("id"), (JsonObject) host));
    message
        .getJsonArray("values")
        .forEach(row -> values.put(((JsonArray) row).getInteger(0), (JsonArray) row));
    position = Optional.of(new StatePosition(epoch, sequence));
  }

  /** The position from which the client continues. */
  Optional<StatePosition> position() {
    return position;
  }

  /** All that the client knows. */
  String knowledge() {
    return facts + " " + values;
  }

  private void requireFollowing(long from, long sequence) {
    var own = position.orElseThrow().sequence();
    if (own < from || own >= sequence) {
      throw new IllegalStateException("change " + from + ".." + sequence + " at " + own);
    }
  }

  private void remove(Object id) {
    facts.remove((Integer) id);
    values.remove((Integer) id);
  }
}
