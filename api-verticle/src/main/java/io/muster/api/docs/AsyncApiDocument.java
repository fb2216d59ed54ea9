package io.muster.api.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.muster.schema.frame.FrameSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;

/**
 * The AsyncAPI document of the streams and WebSockets, composed of a bundled file and what others
 * define: the JSON Schema of a frame, and the parameters, responses and schemas of the OpenAPI
 * document. Confined to one thread.
 */
final class AsyncApiDocument {
  private static final String RESOURCE = "/asyncapi.json";
  private static final String SCHEMAS = "#/components/schemas/";
  private static final String PARAMETERS = "#/components/parameters/";
  private static final String FRAME = "Frame";

  /** In the place of a schema: the parameters, or the response, of an operation. */
  private static final String PARAMETERS_OF = "x-parameters-of";

  private static final String RESPONSE_OF = "x-response-of";

  private final ObjectMapper mapper = new ObjectMapper();
  private final JsonNode openApi;
  private final ObjectNode document;
  private final ObjectNode schemas;
  private final Queue<String> missing = new ArrayDeque<>();

  private AsyncApiDocument(byte[] openApiDocument) throws IOException {
    this.openApi = mapper.readTree(openApiDocument);
    this.document = (ObjectNode) readResource();
    this.schemas = (ObjectNode) document.at("/components/schemas");
  }

  /** Returns the document in JSON. Blocks for some milliseconds. */
  static byte[] compose(byte[] openApiDocument) {
    try {
      var composer = new AsyncApiDocument(openApiDocument);
      composer.addFrame();
      composer.complete();
      return composer.mapper.writeValueAsBytes(composer.document);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode readResource() throws IOException {
    try (var resource = AsyncApiDocument.class.getResourceAsStream(RESOURCE)) {
      return mapper.readTree(Objects.requireNonNull(resource, RESOURCE));
    }
  }

  /** Adds the schema of a frame, and its definitions as schemas of their own. */
  private void addFrame() throws IOException {
    var frame = (ObjectNode) mapper.readTree(FrameSchema.json());
    frame.remove("$schema");
    var definitions = (ObjectNode) frame.remove("$defs");
    renameReferences(frame);
    schemas.set(FRAME, frame);
    definitions
        .properties()
        .forEach(
            definition -> {
              renameReferences(definition.getValue());
              schemas.set(frameSchemaName(definition.getKey()), definition.getValue());
            });
  }

  private static void renameReferences(JsonNode node) {
    if (node instanceof ObjectNode object && object.path("$ref").isTextual()) {
      var name = object.get("$ref").asText();
      object.put("$ref", SCHEMAS + frameSchemaName(name.substring(name.lastIndexOf('/') + 1)));
    }
    node.forEach(AsyncApiDocument::renameReferences);
  }

  private static String frameSchemaName(String definition) {
    return FRAME + "_" + definition;
  }

  /** Replaces what refers to operations, and adds the schemas of the OpenAPI document in use. */
  private void complete() {
    complete(document);
    for (var name = missing.poll(); name != null; name = missing.poll()) {
      if (!schemas.has(name)) {
        var schema = openApi.at("/components/schemas/" + name).deepCopy();
        complete(schema);
        schemas.set(name, schema);
      }
    }
  }

  private void complete(JsonNode node) {
    if (node instanceof ObjectNode object) {
      if (object.has(PARAMETERS_OF)) {
        addParameters(object, object.remove(PARAMETERS_OF).asText());
      }
      if (object.has(RESPONSE_OF)) {
        addResponse(object, object.remove(RESPONSE_OF).asText());
      }
      var reference = object.path("$ref").asText();
      if (reference.startsWith(SCHEMAS)) {
        missing.add(reference.substring(SCHEMAS.length()).split("/", 2)[0]);
      }
    }
    node.forEach(this::complete);
  }

  /** Makes the schema that of the response of the operation. */
  private void addResponse(ObjectNode schema, String operationId) {
    var response = findOperation(operationId).at("/responses/200/content/application~1json/schema");
    schema.setAll((ObjectNode) response.deepCopy());
  }

  /** Makes the schema that of an object with the parameters of the operation. */
  private void addParameters(ObjectNode schema, String operationId) {
    schema.put("type", "object");
    var properties = schema.putObject("properties");
    var required = mapper.createArrayNode();
    for (var reference : findOperation(operationId).path("parameters")) {
      var parameter = resolve(reference);
      var name = parameter.get("name").asText();
      var property = (ObjectNode) parameter.get("schema").deepCopy();
      property.set("description", parameter.get("description"));
      properties.set(name, property);
      if (parameter.path("required").asBoolean()) {
        required.add(name);
      }
    }
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
  }

  private JsonNode resolve(JsonNode parameter) {
    var reference = parameter.path("$ref").asText();
    return reference.startsWith(PARAMETERS) ? openApi.at(reference.substring(1)) : parameter;
  }

  private JsonNode findOperation(String id) {
    return openApi.get("paths").findParents("operationId").stream()
        .filter(operation -> operation.get("operationId").asText().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no operation " + id));
  }
}
