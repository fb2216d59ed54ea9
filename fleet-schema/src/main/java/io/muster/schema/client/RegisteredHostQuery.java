package io.muster.schema.client;

import java.util.Optional;

/**
 * A query for a list of hosts of all owners.
 *
 * @param sort key of the order, after a minus sign for a descending one
 * @param cursor continuation of the list after an earlier page
 * @param limit maximum number of hosts, 1..1,000
 */
public record RegisteredHostQuery(
    HostFilter filter, String sort, Optional<String> cursor, int limit) {
  /** Instead of the name of a warning: hosts with at least one. */
  public static final String ANY_WARNING = "any";

  /**
   * Conditions, of which every one that is present must match.
   *
   * @param userId owner
   * @param status effective status
   * @param validStatus {@code valid} or {@code invalid}; empty means valid
   * @param model part of the name of an accelerator, ignoring case
   * @param healthBelow exclusive maximum of the health
   * @param warning name of a {@link Warning}, or {@link #ANY_WARNING}
   * @param text part of the name, the client id or the operating system, ignoring case
   */
  public record HostFilter(
      Optional<String> userId,
      Optional<String> status,
      Optional<String> validStatus,
      Optional<String> model,
      Optional<Integer> healthBelow,
      Optional<String> warning,
      Optional<String> text) {}
}
