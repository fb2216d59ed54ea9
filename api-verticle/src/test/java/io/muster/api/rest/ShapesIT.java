package io.muster.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.rest.contract.RestContract;
import io.muster.api.rest.shape.Refusal;
import io.muster.api.rest.shape.Shapes;
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

/**
 * Our reading of the document's schemas, beside that of a library that knows all of JSON Schema.
 */
class ShapesIT {
  private static final Vertx VERTX = Vertx.vertx();
  private static final JsonObject DOCUMENT =
      new JsonObject(Buffer.buffer(ApiNode.await(RestContract.load(VERTX)).document()));
  private static final Shapes SHAPES = new Shapes(DOCUMENT);
  private static final SchemaValues VALUES = new SchemaValues(DOCUMENT);
  private static final OpenAPIContract LIBRARY =
      ApiNode.await(OpenAPIContract.from(VERTX, plain()));
  private static final List<String> BODIES =
      List.of("ClientRegistration", "ClientEdit", "ModelRegistration", "Heartbeat", "Device");

  @AfterContainer
  static void close() {
    ApiNode.await(VERTX.close());
  }

  @Property(tries = 1000)
  void read_anyBody_isWhatTheLibrarySays(@ForAll("bodies") Body body) {
    assertThat(isRead(body)).as(body.toString()).isEqualTo(isValid(body));
  }

  private static boolean isRead(Body body) {
    try {
      SHAPES
          .of(new JsonObject().put("$ref", "#/components/schemas/" + body.schema))
          .read("", body.value.getMap());
      return true;
    } catch (Refusal refused) {
      assertThat(refused.status()).isEqualTo(400);
      return false;
    }
  }

  private static boolean isValid(Body body) {
    var schema = LIBRARY.getRawContract().getJsonObject("components").getJsonObject("schemas");
    return LIBRARY
        .getSchemaRepository()
        .validator(JsonSchema.of(schema.getJsonObject(body.schema)))
        .validate(body.value)
        .getValid();
  }

  @Provide
  Arbitrary<Body> bodies() {
    return Arbitraries.oneOf(
        BODIES.stream()
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
                                  .map(bad -> mixed((JsonObject) value, member.getKey(), bad)))
                      .map(JsonObject::encode)
                      .filter(text -> !text.contains("\\u0000")) // No schema can say that.
                      .map(text -> new Body(name, new JsonObject(text)));
                })
            .toList());
  }

  /** Null, a wrong value, or as it was. */
  private static JsonObject mixed(JsonObject value, String name, @Nullable Object bad) {
    var copy = value.copy();
    if (bad == null) {
      return value.size() % 2 == 0 ? copy.putNull(name) : copy;
    }
    return copy.put(name, bad instanceof JsonArray list ? list.copy() : bad);
  }

  private static JsonObject plain() {
    var copy = DOCUMENT.copy();
    copy.remove("servers");
    return copy;
  }

  /** A body that is meant for a schema. */
  private record Body(String schema, JsonObject value) {}
}
