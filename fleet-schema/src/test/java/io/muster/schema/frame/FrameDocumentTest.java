package io.muster.schema.frame;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.muster.schema.json.WireJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Checks that docs/frame.md matches the JSON Schema of a frame; {@code -Dframe.write} rewrites the
 * document, and before it the readings of a GPU in the schema.
 */
class FrameDocumentTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "frame.md");
  private static final Path SCHEMA = Path.of("src", "main", "resources", "schema", "frame.json");
  private static final List<String> ORDER =
      List.of(
          "gpu",
          "nvlink_remote_device",
          "gpm_metrics",
          "mig",
          "mig_instance",
          "cpu",
          "cpu_socket",
          "cpu_core",
          "apple_silicon",
          "memory",
          "chassis",
          "fan",
          "power_supply",
          "runtime_environment",
          "process",
          "storage",
          "error");

  private static final String HEADER =
      """
      # The frame

      A frame holds all sections of one host at one instant. `/snapshot` returns it, and the event `snapshot` of `/events` carries it. The
      frame of a fleet has the same shape: every entry names its host. The JSON Schema is served at `/schema/frame.json`; this page is
      generated from it by `mvn test -pl fleet-schema -Dtest=FrameDocumentTest -Dframe.write`.

      - Keys are in alphabetical order. Keys may be added; documented keys keep their meaning. A reader ignores keys that it does not know.
      - "Not reported" is the value of a missing reading. The numbers -1.0 and 0 are those that clients of all-smi expect; `/metrics` has no
        sample instead. Without an entry in that column the value is always present.
      - A floating-point number has a fraction (`45.0`); one that is not finite is written as `null`.

      """;

  @Test
  void document_describesEveryKey() throws IOException {
    var schema = new ObjectMapper().readTree(FrameSchema.json());
    if (System.getProperty("frame.write") != null) {
      GpuReadingSchema.update(schema);
      Files.write(SCHEMA, WireJson.prettyPrint(WireJson.bytes(schema)));
      Files.writeString(SCHEMA, "\n", StandardOpenOption.APPEND);
      Files.writeString(DOCUMENT, document(schema));
    }

    var document = document(schema);

    assertThat(Files.readString(DOCUMENT)).isEqualTo(document);
  }

  @Test
  void order_everyDefinition_isListed() throws IOException {
    var names = new HashSet<String>();
    new ObjectMapper()
        .readTree(FrameSchema.json())
        .get("$defs")
        .fieldNames()
        .forEachRemaining(names::add);

    assertThat(names).containsExactlyInAnyOrderElementsOf(ORDER);
  }

  private static String document(JsonNode schema) {
    var text = new StringBuilder(HEADER).append("## Frame\n\n").append(table(schema));
    for (var name : ORDER) {
      var definition = schema.get("$defs").get(name);
      text.append("\n## ").append(definition.get("title").asText()).append("\n\n");
      text.append(definition.get("description").asText()).append("\n\n").append(table(definition));
    }
    return text.toString();
  }

  private static String table(JsonNode object) {
    var required = new HashSet<String>();
    object.get("required").forEach(key -> required.add(key.asText()));
    var rows = new ArrayList<String>();
    rows.add("| key | type | unit | range | not reported | meaning |");
    rows.add("| --- | --- | --- | --- | --- | --- |");
    for (var property : object.get("properties").properties()) {
      rows.add(row(property, required));
    }
    return String.join("\n", rows) + "\n";
  }

  private static String row(Map.Entry<String, JsonNode> property, Set<String> required) {
    var value = property.getValue();
    return "| `%s` | %s | %s | %s | %s | %s |"
        .formatted(
            property.getKey(),
            type(value),
            value.path("x-unit").asText(),
            range(value),
            notReported(value, required.contains(property.getKey())),
            value.get("description").asText());
  }

  private static String type(JsonNode value) {
    if (value.has("items")) {
      return "array of " + target(value.get("items"));
    }
    if (value.has("$ref")) {
      return target(value);
    }
    if (value.has("anyOf")) {
      var first = value.get("anyOf").get(0);
      return first.has("$ref") ? target(first) : "string or object";
    }
    if (value.has("additionalProperties")) {
      return "object of strings";
    }
    var type = value.get("type");
    return type.isArray() ? type.get(0).asText() : type.asText();
  }

  private static String target(JsonNode reference) {
    var name = reference.get("$ref").asText().replace("#/$defs/", "");
    return "[" + name.replace('_', ' ') + "](#" + anchor(name) + ")";
  }

  private static String anchor(String name) {
    return name.replace('_', '-');
  }

  private static String range(JsonNode value) {
    if (value.has("const")) {
      return "`" + value.get("const") + "`";
    }
    if (value.has("enum")) {
      var words = new ArrayList<String>();
      value.get("enum").forEach(word -> words.add("`" + word.asText() + "`"));
      return String.join(", ", words);
    }
    var minimum = value.has("x-sentinel") ? "0" : value.path("minimum").asText();
    var maximum = value.path("maximum").asText();
    if (maximum.isEmpty()) {
      return minimum.isEmpty() ? "" : "≥ " + minimum;
    }
    return minimum + "..." + maximum;
  }

  private static String notReported(JsonNode value, boolean isRequired) {
    if (!isRequired) {
      return "absent";
    }
    if (value.has("x-sentinel")) {
      var isFloat = value.get("type").isArray();
      return "`" + value.get("x-sentinel").asInt() + (isFloat ? ".0`" : "`");
    }
    var isNullable = value.has("anyOf") && value.get("anyOf").get(0).has("$ref");
    return isNullable || value.path("type").isArray() ? "`null`" : "";
  }
}
