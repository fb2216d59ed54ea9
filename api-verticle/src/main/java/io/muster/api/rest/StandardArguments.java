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
    return request.text("client_id").map(text -> clientIdOf(request, "client_id"));
  }

  static String requiredClientId(Arguments request) {
    return clientIdOf(request, "client_id");
  }

  /** Returns the required client id with this name. */
  static String clientIdOf(Arguments request, String name) {
    return ClientId.normalize(request.requiredText(name))
        .orElseThrow(
            () -> BadRequestException.of(request.fieldPath(name), "32 hexadecimal digits"));
  }

  static LimitOffset limitAndOffset(Arguments request) {
    return new LimitOffset(request.integer("limit"), request.integer("offset").orElse(0));
  }
}
