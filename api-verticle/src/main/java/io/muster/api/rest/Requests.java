package io.muster.api.rest;

import io.muster.api.rest.contract.Arguments;
import io.muster.api.rest.shape.Refusal;
import io.muster.schema.client.ClientId;
import io.muster.schema.client.LimitOffset;
import java.util.Optional;

/** What several operations read of a request. */
final class Requests {
  private Requests() {}

  static String userId(Arguments request) {
    return request.required("user_id");
  }

  static Optional<String> clientId(Arguments request) {
    return request.text("client_id").map(text -> normalised(request, text));
  }

  static String requiredClientId(Arguments request) {
    return normalised(request, request.required("client_id"));
  }

  static LimitOffset slice(Arguments request) {
    return new LimitOffset(request.integer("limit"), request.integer("offset").orElse(0));
  }

  private static String normalised(Arguments request, String text) {
    return ClientId.normalize(text)
        .orElseThrow(() -> Refusal.of(request.field("client_id"), "32 hexadecimal digits"));
  }
}
