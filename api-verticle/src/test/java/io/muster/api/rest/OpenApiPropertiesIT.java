package io.muster.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.rest.OpenApiRequests.OpenApiRequest;
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
 * Properties of the document: valid requests are answered, invalid requests are rejected. The
 * system property {@code jqwik.tries.default} sets the number of tries.
 */
class OpenApiPropertiesIT {
  private static final RestTestNode NODE = RestTestNode.start();
  private static final OpenApiRequests REQUESTS =
      new OpenApiRequests(
          new JsonObject(Buffer.buffer(ApiNode.await(RestContract.load(NODE.vertx())).document())));

  @AfterContainer
  static void close() {
    NODE.close();
  }

  @Property
  void send_validRequest_isAnswered(@ForAll("valid") OpenApiRequest request) {
    NODE.services().calls.clear();
    NODE.services().healthPoints = FakePages.of(new HealthHead("raw"), FakeRestServices.POINT);

    var response = request.send(NODE);

    assertThat(response.status()).as(response.body()).isEqualTo(200);
    assertThat(response.body()).startsWith("{\"success\":true,\"data\":");
    assertThat(NODE.services().calls).isNotEmpty();
  }

  @Property
  void send_invalidRequest_isRejectedBeforeAnyService(@ForAll("invalid") OpenApiRequest request) {
    NODE.services().calls.clear();

    var response = request.send(NODE);

    RestTestNode.assertFailure(response, 400);
    assertThat(response.json().getString("message")).contains(": ").hasSizeLessThan(400);
    assertThat(NODE.services().calls).isEmpty();
  }

  @Provide
  Arbitrary<OpenApiRequest> valid() {
    return REQUESTS.valid();
  }

  @Provide
  Arbitrary<OpenApiRequest> invalid() {
    return REQUESTS.invalid();
  }
}
