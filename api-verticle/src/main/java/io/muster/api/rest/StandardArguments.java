package io.muster.api.rest;

import io.muster.api.rest.contract.Arguments;
import io.muster.api.rest.contract.BadRequestException;
import io.muster.schema.client.ClientId;
import io.muster.schema.client.LimitOffset;
import java.util.Optional;

/** Arguments that several operations have in common. */
final class StandardArguments {
  private StandardArguments() {}

  static String userId(Arguments request) {
    return request.requiredText("user_id");
  }

  static Optional<String> clientId(Arguments request) {
    return request.text("client_id").map(text -> parseClientId(request, text));
  }

  static String requiredClientId(Arguments request) {
    return parseClientId(request, request.requiredText("client_id"));
  }

  static LimitOffset limitAndOffset(Arguments request) {
    return new LimitOffset(request.integer("limit"), request.integer("offset").orElse(0));
  }

  private static String parseClientId(Arguments request, String text) {
    return ClientId.normalize(text)
        .orElseThrow(
            () -> BadRequestException.of(request.fieldPath("client_id"), "32 hexadecimal digits"));
  }
}
