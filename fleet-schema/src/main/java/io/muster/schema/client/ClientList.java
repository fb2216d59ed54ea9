package io.muster.schema.client;

import java.util.List;

/**
 * The clients that match a query.
 *
 * @param total their number
 * @param devices by time of creation
 */
public record ClientList(int total, List<ClientSummary> devices) {
  public ClientList {
    devices = List.copyOf(devices);
  }
}
