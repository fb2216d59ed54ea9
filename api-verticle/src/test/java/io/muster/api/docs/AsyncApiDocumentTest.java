package io.muster.api.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.AsyncApiSchemas;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.Validator;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AsyncApiDocumentTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(muster\\.[a-zA-Z.]+)` \\|");

  /** In the code: a query of the bridge, with its address if that is a literal. */
  private static final Pattern QUERY =
      Pattern.compile("new InboundQuery\\(\\s*(?:\"(muster\\.[a-zA-Z.]+)\")?");

  private static final Pattern LITERAL = Pattern.compile("\"(muster\\.[a-zA-Z.]+)\"");
  private static final Path SOURCES = Path.of("src/main/java/io/muster/api");
  private static final JsonObject DOCUMENT = compose();
  private static final JsonObject MESSAGES =
      DOCUMENT.getJsonObject("components").getJsonObject("messages");

  @Test
  void structure_isThatOfAsyncApi() {
    assertThat(structureErrors(DOCUMENT)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/asyncapi",
        "/info/title",
        "/channels/usage/address",
        "/channels/usage/messages",
        "/operations/sendUsage/action",
        "/operations/sendUsage/channel",
        "/components/messages/Lag/payload",
        "/components/securitySchemes/bearer/scheme"
      })
  void structure_keyMissingOrRenamed_isInvalid(String path) {
    var parent = path.substring(0, path.lastIndexOf('/'));
    var key = path.substring(parent.length() + 1);
    for (var replacement : List.of("", key + "s")) {
      var changed = DOCUMENT.copy();
      var object = (JsonObject) JsonPointer.from(parent).queryJson(changed);
      var value = object.remove(key);
      if (!replacement.isEmpty()) {
        object.put(replacement, value);
      }
      assertThat(structureErrors(changed)).as("%s %s", path, replacement).isNotEmpty();
    }
  }

  @Test
  void structure_keyUnknownToJsonSchema_isInvalid() {
    var changed = DOCUMENT.copy();
    ((JsonObject)
            JsonPointer.from("/components/schemas/FleetTick/properties/gone").queryJson(changed))
        .put("item", true);

    assertThat(structureErrors(changed)).isNotEmpty();
  }

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
    schemas.assertInvalid("Lag", new JsonObject().put("dropped", 1).put("unknown", 1));
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

  @Test
  void addresses_ofTheEventBus_areThoseOfTheCode() throws IOException {
    var queries = new ArrayList<String>();
    var outbound = new ArrayList<String>();
    for (var source : sources()) {
      QUERY
          .matcher(source)
          .results()
          .map(query -> String.valueOf(query.group(1)))
          .forEach(queries::add);
      if (source.contains(" implements OutboundAddress {")) {
        var literals = LITERAL.matcher(source).results().map(literal -> literal.group(1)).toList();
        assertThat(literals).as(source).hasSize(1);
        outbound.add(literals.get(0).replaceAll("\\.$", ".{host}"));
      }
    }

    assertThat(addresses("receive")).containsExactlyInAnyOrderElementsOf(queries);
    assertThat(addresses("send")).containsExactlyInAnyOrderElementsOf(outbound);
  }

  private static List<String> sources() throws IOException {
    try (var files = Files.walk(SOURCES)) {
      var sources = new ArrayList<String>();
      for (var file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
        sources.add(Files.readString(file, UTF_8));
      }
      return sources;
    }
  }

  /** Addresses of the event bus to which, or from which, the node sends. */
  private static Stream<String> addresses(String action) {
    return objects(DOCUMENT.getJsonObject("operations"))
        .filter(operation -> operation.getString("action").equals(action))
        .map(operation -> operation.getJsonObject("channel").getString("$ref").substring(1))
        .map(
            channel ->
                ((JsonObject) JsonPointer.from(channel).queryJson(DOCUMENT)).getString("address"))
        .filter(address -> address.startsWith("muster."));
  }

  private static Stream<String> addresses() {
    return objects(DOCUMENT.getJsonObject("channels")).map(channel -> channel.getString("address"));
  }

  private static List<String> structureErrors(JsonObject document) {
    var schema = JsonSchema.of(new JsonObject(Buffer.buffer(resource("/asyncapi-structure.json"))));
    var options =
        new JsonSchemaOptions()
            .setDraft(Draft.DRAFT202012)
            .setBaseUri("https://localhost")
            .setOutputFormat(OutputFormat.Basic);
    var result = Validator.create(schema, options).validate(document);
    return Stream.ofNullable(result.getErrors())
        .flatMap(List::stream)
        .map(error -> error.getInstanceLocation() + " " + error.getError())
        .toList();
  }

  private static JsonObject compose() {
    return new JsonObject(Buffer.buffer(AsyncApiDocument.compose(resource("/openapi.json"))));
  }

  private static byte[] resource(String name) {
    try (var resource = AsyncApiDocumentTest.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(resource, name).readAllBytes();
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
