package io.muster.api.rest;

import io.muster.api.rest.contract.Arguments;
import io.muster.api.rest.contract.BadRequestException;
import io.muster.schema.client.ClientId;
import io.muster.schema.client.LimitOffset;
import java.util.Optional;

/** Arguments that several operations have in common. */
final class StandardArguments {
  private static final String CLIENT_ID = "client_id";

  private StandardArguments() {}

  static String userId(Arguments request) {
    return request.requiredText("user_id");
  }

  static Optional<String> clientId(Arguments request) {
    return request.text(CLIENT_ID).map(text -> parseClientId(request, CLIENT_ID, text));
  }

  static String requiredClientId(Arguments request) {
    return clientIdOf(request, CLIENT_ID);
  }

  /** Returns the required client id with this name. */
  static String clientIdOf(Arguments request, String name) {
    return parseClientId(request, name, request.requiredText(name));
  }

  static LimitOffset limitAndOffset(Arguments request) {
    return new LimitOffset(request.integer("limit"), request.integer("offset").orElse(0));
  }

  private static String parseClientId(Arguments request, String name, String text) {
    return ClientId.normalize(text)
        .orElseThrow(
            () -> BadRequestException.of(request.fieldPath(name), "32 hexadecimal digits"));
  }
}
