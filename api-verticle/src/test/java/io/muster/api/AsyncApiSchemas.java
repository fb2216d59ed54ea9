package io.muster.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.Validator;

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
            .put("components", document.getJsonObject("components").copy())
            .put("$ref", "#/components/messages/" + message + "/payload");
    return Validator.create(
        JsonSchema.of(schema),
        new JsonSchemaOptions().setDraft(Draft.DRAFT202012).setBaseUri("https://localhost"));
  }
}
