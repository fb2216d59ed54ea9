package io.muster.api.rest.contract;

import io.vertx.core.VertxException;

/** A request that violates the contract. The message is one line for the client. */
public final class BadRequestException extends VertxException {
  private static final long serialVersionUID = 1;

  private final int status;

  BadRequestException(int status, String message) {
    super(message, true);
    this.status = status;
  }

  /** Creates the exception for an invalid value: {@code devices[1].name: expected ...}. */
  public static BadRequestException of(String field, String expected) {
    return new BadRequestException(
        400, (field.isEmpty() ? "body" : field) + ": expected " + expected);
  }

  /** Creates the exception for a missing required value. */
  static BadRequestException missing(String field, String expected) {
    return new BadRequestException(400, field + ": missing, expected " + expected);
  }

  /** The HTTP status of the response. */
  public int status() {
    return status;
  }
}
