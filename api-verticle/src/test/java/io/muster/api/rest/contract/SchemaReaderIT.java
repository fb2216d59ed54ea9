package io.muster.api.rest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.rest.SchemaValues;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.JsonSchema;
import io.vertx.openapi.contract.OpenAPIContract;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import org.jspecify.annotations.Nullable;

/** Compares validation by {@link SchemaReader} with a library that supports all of JSON Schema. */
class SchemaReaderIT {
  private static final Vertx VERTX = Vertx.vertx();
  private static final JsonObject DOCUMENT =
      new JsonObject(Buffer.buffer(ApiNode.await(RestContract.load(VERTX)).document()));
  private static final SchemaReader SCHEMA_READER = new SchemaReader(DOCUMENT);
  private static final SchemaValues VALUES = new SchemaValues(DOCUMENT);
  private static final OpenAPIContract LIBRARY =
      ApiNode.await(OpenAPIContract.from(VERTX, RestContract.supportedDocument(DOCUMENT)));
  private static final List<String> SCHEMA_NAMES =
      List.of("ClientRegistration", "ClientEdit", "ModelRegistration", "Heartbeat", "Device");

  @AfterContainer
  static void close() {
    ApiNode.await(VERTX.close());
  }

  @Property(tries = 1000)
  void read_anyBody_agreesWithTheLibrary(@ForAll("bodies") SchemaBody body) {
    assertThat(isAccepted(body)).as(body.toString()).isEqualTo(isValid(body));
  }

  private static boolean isAccepted(SchemaBody body) {
    try {
      SCHEMA_READER
          .read(new JsonObject().put("$ref", "#/components/schemas/" + body.schema))
          .read("", body.value.getMap());
      return true;
    } catch (BadRequestException rejected) {
      assertThat(rejected.status()).isEqualTo(400);
      return false;
    }
  }

  private static boolean isValid(SchemaBody body) {
    var schema = LIBRARY.getRawContract().getJsonObject("components").getJsonObject("schemas");
    return LIBRARY
        .getSchemaRepository()
        .validator(JsonSchema.of(schema.getJsonObject(body.schema)))
        .validate(body.value)
        .getValid();
  }

  @Provide
  Arbitrary<SchemaBody> bodies() {
    return Arbitraries.oneOf(
        SCHEMA_NAMES.stream()
            .map(
                name -> {
                  var schema = new JsonObject().put("$ref", "#/components/schemas/" + name);
                  var members = VALUES.members(schema);
                  return Combinators.combine(
                          VALUES.valid(schema), Arbitraries.of(List.copyOf(members.entrySet())))
                      .flatAs(
                          (value, member) ->
                              VALUES
                                  .invalid(member.getValue())
                                  .injectNull(0.3)
                                  .map(
                                      invalidValue ->
                                          mutate(
                                              (JsonObject) value, member.getKey(), invalidValue)))
                      .map(JsonObject::encode)
                      .filter(text -> !text.contains("\\u00")) // No schema excludes controls.
                      .map(text -> new SchemaBody(name, new JsonObject(text)));
                })
            .toList());
  }

  /** Sets the member to null or to an invalid value, or leaves it unchanged. */
  private static JsonObject mutate(JsonObject value, String name, @Nullable Object invalidValue) {
    var copy = value.copy();
    if (invalidValue == null) {
      return value.size() % 2 == 0 ? copy.putNull(name) : copy;
    }
    return copy.put(name, invalidValue instanceof JsonArray list ? list.copy() : invalidValue);
  }

  /** A body for a schema. */
  private record SchemaBody(String schema, JsonObject value) {}
}
