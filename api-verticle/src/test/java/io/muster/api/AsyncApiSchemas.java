package io.muster.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.Validator;
import org.jspecify.annotations.Nullable;

/** The schemas of the messages in an AsyncAPI document. */
public record AsyncApiSchemas(JsonObject document) {
  /** Loads the document that a node serves. */
  public static AsyncApiSchemas of(ApiNode node) {
    return new AsyncApiSchemas(node.get("/asyncapi.json").json());
  }

  /** Asserts that the JSON is a valid payload of the message with this key. */
  public void assertValid(String message, String json) {
    assertValid(message, Json.decodeValue(json));
  }

  /** Asserts that the value is a valid payload of the message with this key. */
  public void assertValid(String message, Object payload) {
    var result = validator(message).validate(payload);
    assertThat(result.getValid())
        .as("%s %s: %s", message, payload, result.getErrors())
        .isEqualTo(true);
  }

  /** Asserts that the value is no valid payload of the message with this key. */
  public void assertInvalid(String message, Object payload) {
    assertThat(validator(message).validate(payload).getValid()).isEqualTo(false);
  }

  private Validator validator(String message) {
    var schema =
        new JsonObject()
            .put("components", forbidUnknownKeys(document.getJsonObject("components").copy()))
            .put("$ref", "#/components/messages/" + message + "/payload");
    return Validator.create(
        JsonSchema.of(schema),
        new JsonSchemaOptions()
            .setDraft(Draft.DRAFT202012)
            .setBaseUri("https://localhost")
            .setOutputFormat(OutputFormat.Basic));
  }

  /**
   * Clients ignore keys that they do not know, so that the document permits them; a node sends only
   * those of the document.
   */
  private static JsonObject forbidUnknownKeys(JsonObject node) {
    if (node.getValue("properties") instanceof JsonObject
        && node.getValue("type") instanceof String
        && !node.containsKey("additionalProperties")) {
      node.put("additionalProperties", false);
    }
    node.forEach(member -> forbidUnknownKeysIn(member.getValue()));
    return node;
  }

  private static void forbidUnknownKeysIn(@Nullable Object value) {
    if (value instanceof JsonObject object) {
      forbidUnknownKeys(object);
    } else if (value instanceof JsonArray array) {
      array.forEach(AsyncApiSchemas::forbidUnknownKeysIn);
    }
  }
}
