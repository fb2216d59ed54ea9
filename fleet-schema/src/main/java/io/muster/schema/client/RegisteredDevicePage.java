package io.muster.schema.client;

import java.util.List;
import java.util.Optional;

/**
 * A page of a list of accelerators.
 *
 * @param total number of accelerators that match, on all pages
 * @param nextCursor continuation; empty on the last page
 */
public record RegisteredDevicePage(
    long total, List<RegisteredDevice> devices, Optional<String> nextCursor) {
  public RegisteredDevicePage {
    devices = List.copyOf(devices);
  }
}
