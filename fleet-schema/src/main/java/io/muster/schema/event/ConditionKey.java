package io.muster.schema.event;

import io.muster.schema.json.WireText;
import java.util.Optional;

/**
 * The identity of a condition.
 *
 * @param subjectId identity of the subject: the client id of a host; client id and UUID of an
 *     accelerator, or node id and address of a member, with a slash between them
 */
public record ConditionKey(String subjectId, EventKind kind) {
  /** Maximum length of the identity. */
  public static final int MAX_ID_CHARACTERS = 600;

  private static final char SEPARATOR = '/';

  public static ConditionKey ofHost(String clientId, EventKind kind) {
    return new ConditionKey(clientId, kind);
  }

  public static ConditionKey ofGpu(String clientId, String gpu, EventKind kind) {
    return new ConditionKey(clientId + SEPARATOR + gpu, kind);
  }

  public static ConditionKey ofMember(String nodeId, String address) {
    return new ConditionKey(nodeId + SEPARATOR + address, EventKind.CLUSTER_MEMBER);
  }

  /** Returns false if the identity is no text that can be stored: too long, or with controls. */
  public boolean hasValidId() {
    return subjectId.length() <= MAX_ID_CHARACTERS && !WireText.hasControls(subjectId);
  }

  /** Returns the client id of the host, for kinds of hosts and accelerators. */
  public String clientId() {
    var separator = subjectId.indexOf(SEPARATOR);
    return separator < 0 ? subjectId : subjectId.substring(0, separator);
  }

  /** Returns the UUID of the accelerator; empty for other kinds. */
  public Optional<String> gpu() {
    return kind.gpuState().map(state -> afterSeparator());
  }

  /** Returns the address, for a member. */
  public String memberAddress() {
    return afterSeparator();
  }

  private String afterSeparator() {
    return subjectId.substring(subjectId.indexOf(SEPARATOR) + 1);
  }
}
