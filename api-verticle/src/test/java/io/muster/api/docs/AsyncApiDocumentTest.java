package io.muster.api.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.AsyncApiSchemas;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AsyncApiDocumentTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(muster\\.[a-zA-Z.]+)` \\|");
  private static final JsonObject DOCUMENT = compose();
  private static final JsonObject MESSAGES =
      DOCUMENT.getJsonObject("components").getJsonObject("messages");

  @Test
  void references_all_haveATarget() {
    assertThat(references(DOCUMENT))
        .hasSizeGreaterThan(100)
        .allSatisfy(
            reference -> {
              assertThat(reference).startsWith("#/");
              assertThat(JsonPointer.from(reference.substring(1)).queryJson(DOCUMENT))
                  .as(reference)
                  .isNotNull();
            });
  }

  @Test
  void components_all_areUsed() {
    var used = references(DOCUMENT);

    for (var kind : List.of("messages", "schemas", "securitySchemes")) {
      assertThat(DOCUMENT.getJsonObject("components").getJsonObject(kind).fieldNames())
          .allSatisfy(
              name ->
                  assertThat(used)
                      .as("%s %s", kind, name)
                      .anyMatch(
                          reference ->
                              (reference + "/")
                                  .startsWith("#/components/" + kind + "/" + name + "/")));
    }
  }

  @Test
  void placeholders_all_areReplaced() {
    assertThat(DOCUMENT.encode()).doesNotContain("-of\"", "#/$defs/");
  }

  @Test
  void operations_messages_areThoseOfTheirChannel() {
    var inOperations = new TreeSet<String>();
    for (var operation : objects(DOCUMENT.getJsonObject("operations")).toList()) {
      assertThat(operation.getString("action")).isIn("send", "receive");
      var channel = operation.getJsonObject("channel").getString("$ref");
      var messages = references(operation.getJsonArray("messages"));
      if (operation.containsKey("reply")) {
        messages.addAll(references(operation.getJsonObject("reply").getJsonArray("messages")));
      }
      assertThat(messages).allMatch(message -> message.startsWith(channel + "/messages/"));
      inOperations.addAll(messages);
    }

    var inChannels = new TreeSet<String>();
    DOCUMENT
        .getJsonObject("channels")
        .forEach(
            channel ->
                ((JsonObject) channel.getValue())
                    .getJsonObject("messages")
                    .fieldNames()
                    .forEach(
                        message ->
                            inChannels.add(
                                "#/channels/" + channel.getKey() + "/messages/" + message)));
    assertThat(inOperations).isEqualTo(inChannels);
  }

  @Test
  void examples_all_matchTheirSchemas() {
    var schemas = new AsyncApiSchemas(DOCUMENT);
    var examples = 0;
    for (var name : MESSAGES.fieldNames()) {
      for (var example : MESSAGES.getJsonObject(name).getJsonArray("examples", new JsonArray())) {
        schemas.assertValid(name, ((JsonObject) example).getValue("payload"));
        examples++;
      }
    }

    assertThat(examples).isGreaterThan(20);
    schemas.assertInvalid("Tick", new JsonObject().put("v", 1).put("type", "state"));
    schemas.assertInvalid("FleetAtReply", new JsonObject().put("success", true));
  }

  @Test
  void addresses_ofTheEventBus_areThoseOfItsDescription() throws IOException {
    var described =
        ROW.matcher(Files.readString(Path.of("../docs/eventbus.md"), UTF_8))
            .results()
            .map(row -> row.group(1).replace("NAME", "{host}"))
            .collect(Collectors.toSet());

    assertThat(addresses().filter(address -> address.startsWith("muster.")))
        .containsExactlyInAnyOrderElementsOf(described);
    assertThat(addresses()).contains("/events", "/usage", "/ws", "/eventbus/websocket");
  }

  private static Stream<String> addresses() {
    return objects(DOCUMENT.getJsonObject("channels")).map(channel -> channel.getString("address"));
  }

  private static JsonObject compose() {
    try (var openApi = AsyncApiDocument.class.getResourceAsStream("/openapi.json")) {
      var document = AsyncApiDocument.compose(Objects.requireNonNull(openApi).readAllBytes());
      return new JsonObject(Buffer.buffer(document));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Stream<JsonObject> objects(JsonObject parent) {
    return parent.stream().map(member -> (JsonObject) member.getValue());
  }

  private static Set<String> references(Object node) {
    var references = new TreeSet<String>();
    var open = new ArrayList<Object>(List.of(node));
    while (!open.isEmpty()) {
      var next = open.remove(open.size() - 1);
      if (next instanceof JsonObject object) {
        Optional.ofNullable(object.getString("$ref")).ifPresent(references::add);
        object.forEach(member -> addIfPresent(open, member.getValue()));
      } else if (next instanceof JsonArray array) {
        array.forEach(element -> addIfPresent(open, element));
      }
    }
    return references;
  }

  private static void addIfPresent(List<Object> open, @Nullable Object value) {
    if (value != null) {
      open.add(value);
    }
  }
}
