package io.muster.aggregator.ingest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The devices of a heartbeat, as those of one client. It computes its hash code once, because each
 * heartbeat is looked up by it. Immutable.
 */
final class DeviceList {
  private final String clientId;
  private final List<DeviceDescription> devices;
  private final int hashCode;

  /**
   * @param clientId 32 hexadecimal digits
   * @param devices by index, each UUID once
   */
  DeviceList(String clientId, List<DeviceDescription> devices) {
    this.clientId = clientId;
    this.devices = List.copyOf(devices);
    this.hashCode = 31 * clientId.hashCode() + this.devices.hashCode();
  }

  String clientId() {
    return clientId;
  }

  List<DeviceDescription> devices() {
    return devices;
  }

  @Override
  public boolean equals(@Nullable Object object) {
    return object instanceof DeviceList other
        && hashCode == other.hashCode
        && clientId.equals(other.clientId)
        && devices.equals(other.devices);
  }

  @Override
  public int hashCode() {
    return hashCode;
  }
}
