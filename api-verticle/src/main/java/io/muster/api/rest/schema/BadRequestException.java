package io.muster.api.rest.schema;

import io.vertx.core.VertxException;

/** A request that breaks the contract. The message is one line for whoever sent it. */
public final class BadRequestException extends VertxException {
  private static final long serialVersionUID = 1;

  private final int status;

  public BadRequestException(int status, String message) {
    super(message, true);
    this.status = status;
  }

  /** A value that is not what the document says: {@code devices[1].name: expected ...}. */
  public static BadRequestException of(String field, String expected) {
    return new BadRequestException(
        400, (field.isEmpty() ? "body" : field) + ": expected " + expected);
  }

  /** A value that the document asks for, and that is not there. */
  public static BadRequestException missing(String field, String expected) {
    return new BadRequestException(400, field + ": missing, expected " + expected);
  }

  /** The HTTP status that it is answered with. */
  public int status() {
    return status;
  }
}
