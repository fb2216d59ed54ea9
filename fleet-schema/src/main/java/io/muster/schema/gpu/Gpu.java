package io.muster.schema.gpu;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.muster.schema.host.ReadingOrigin;
import io.muster.schema.json.Flat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * One accelerator at one instant. Its JSON is flat: the 29 keys of all-smi's schema 1, and
 * additional keys, which are left out if empty.
 *
 * @param values the numeric readings, one key for each row of {@link GpuReading}
 * @param gspFirmwareVersion version of the GPU system processor's firmware
 * @param nvlinkRemoteDevices one entry for each active NVLink, sorted by link
 * @param gpmMetrics readings of the performance monitor; empty if the device has none
 * @param detail other values reported by the vendor, as text
 * @param mig partitions of the GPU; empty if the GPU cannot be partitioned
 * @param state state that the collector reports; empty if nothing is wrong, and in frames of
 *     collectors that report none: see {@link GpuState#of}
 */
public record Gpu(
    @Flat GpuIdentity identity,
    @Flat ReadingOrigin origin,
    @Flat GpuValues values,
    Optional<String> gspFirmwareVersion,
    List<NvlinkRemoteDevice> nvlinkRemoteDevices,
    Optional<GpmMetrics> gpmMetrics,
    Map<String, String> detail,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<Mig> mig,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<GpuState> state) {
  /** The largest number of accelerators of one host; the largest known machine has 64. */
  public static final int MAX_PER_HOST = 256;

  public Gpu {
    nvlinkRemoteDevices = List.copyOf(nvlinkRemoteDevices);
    detail = Map.copyOf(detail);
  }

  public String uuid() {
    return identity.uuid();
  }

  public String name() {
    return identity.name();
  }

  public String hostname() {
    return origin.hostname();
  }

  /** Returns the value of a reading; empty if it is not reported. */
  public OptionalDouble value(GpuReading reading) {
    return values.value(reading);
  }

  /** Returns the value of a reading that is a whole number; empty if it is not reported. */
  public OptionalLong wholeValue(GpuReading reading) {
    return values.wholeValue(reading);
  }

  /** Returns a copy with this value of a reading. */
  public Gpu with(GpuReading reading, OptionalDouble value) {
    return new Gpu(
        identity,
        origin,
        values.toBuilder().with(reading, value).build(),
        gspFirmwareVersion,
        nvlinkRemoteDevices,
        gpmMetrics,
        detail,
        mig,
        state);
  }
}
