package io.muster.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.rest.OpenApiRequests.Request;
import io.muster.api.rest.contract.RestContract;
import io.muster.schema.history.HealthHead;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * What the document asks for is answered, and what it does not allow is refused. The system
 * property {@code jqwik.tries.default} sets how much is tried.
 */
class OpenApiPropertiesIT {
  private static final RestNode NODE = RestNode.start();
  private static final OpenApiRequests REQUESTS =
      new OpenApiRequests(
          new JsonObject(Buffer.buffer(ApiNode.await(RestContract.load(NODE.vertx())).document())));

  @AfterContainer
  static void close() {
    NODE.close();
  }

  @Property
  void send_whatTheDocumentAsksFor_isAnswered(@ForAll("valid") Request request) {
    NODE.fleet().calls.clear();
    NODE.fleet().points = FakePages.of(new HealthHead("raw"), FakeFleet.POINT);

    var answer = request.send(NODE);

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).startsWith("{\"success\":true,\"data\":");
    assertThat(NODE.fleet().calls).isNotEmpty();
  }

  @Property
  void send_oneThingWrong_isRefusedAndReachesNobody(@ForAll("invalid") Request request) {
    NODE.fleet().calls.clear();

    var answer = request.send(NODE);

    RestNode.assertFailure(answer, 400);
    assertThat(answer.json().getString("message")).contains(": ").hasSizeLessThan(200);
    assertThat(NODE.fleet().calls).isEmpty();
  }

  @Provide
  Arbitrary<Request> valid() {
    return REQUESTS.valid();
  }

  @Provide
  Arbitrary<Request> invalid() {
    return REQUESTS.invalid();
  }
}
