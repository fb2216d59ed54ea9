package io.muster.schema.client;

import java.util.List;
import java.util.Optional;

/**
 * A page of a list of hosts.
 *
 * @param total number of hosts that match, on all pages
 * @param nextCursor continuation; empty on the last page
 */
public record RegisteredHostPage(
    long total, List<RegisteredHost> hosts, Optional<String> nextCursor) {
  public RegisteredHostPage {
    hosts = List.copyOf(hosts);
  }
}
