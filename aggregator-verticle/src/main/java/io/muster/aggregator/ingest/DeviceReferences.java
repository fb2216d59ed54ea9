package io.muster.aggregator.ingest;

import io.vertx.sqlclient.Row;
import java.util.Collections;
import java.util.List;

/**
 * The references of a client and of its devices.
 *
 * @param deviceRefs in the order of the list of devices
 */
record DeviceReferences(int clientRef, List<Integer> deviceRefs) {
  DeviceReferences {
    deviceRefs = List.copyOf(deviceRefs);
  }

  /** Reads the rows of register-devices.sql about one list. */
  static DeviceReferences of(List<Row> rows) {
    return new DeviceReferences(
        rows.get(0).getInteger(1), rows.stream().map(row -> row.getInteger(2)).toList());
  }

  /** Returns references that no row has, for the devices of a client that is not registered. */
  static DeviceReferences none(int devices) {
    return new DeviceReferences(0, Collections.nCopies(devices, 0));
  }
}
