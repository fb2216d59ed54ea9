package io.muster.schema.event;

/**
 * The identity of a condition.
 *
 * @param subjectId identity of the subject: the client id of a host, client id and UUID of an
 *     accelerator with a slash between them, or the id of a node
 */
public record ConditionKey(String subjectId, EventKind kind) {
  private static final char SEPARATOR = '/';

  public static ConditionKey ofHost(String clientId, EventKind kind) {
    return new ConditionKey(clientId, kind);
  }

  public static ConditionKey ofGpu(String clientId, String gpu, EventKind kind) {
    return new ConditionKey(clientId + SEPARATOR + gpu, kind);
  }

  /** Returns the client id of the host, for kinds of hosts and accelerators. */
  public String clientId() {
    var separator = subjectId.indexOf(SEPARATOR);
    return separator < 0 ? subjectId : subjectId.substring(0, separator);
  }
}
