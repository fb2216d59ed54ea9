package io.muster.schema.gpu;

import static io.muster.schema.gpu.NumberForm.AbsentForm.MINUS_ONE;
import static io.muster.schema.gpu.NumberForm.AbsentForm.NULL;
import static io.muster.schema.gpu.NumberForm.AbsentForm.ZERO;
import static io.muster.schema.gpu.NumberForm.decimal;
import static io.muster.schema.gpu.NumberForm.whole;
import static io.muster.schema.json.Unit.BYTES;
import static io.muster.schema.json.Unit.CELSIUS;
import static io.muster.schema.json.Unit.COUNT;
import static io.muster.schema.json.Unit.ID;
import static io.muster.schema.json.Unit.JOULES;
import static io.muster.schema.json.Unit.MEGAHERTZ;
import static io.muster.schema.json.Unit.MILLIWATTS;
import static io.muster.schema.json.Unit.PERCENT;
import static io.muster.schema.json.Unit.RPM;
import static io.muster.schema.json.Unit.STATE;
import static io.muster.schema.json.Unit.WATTS;

import java.util.Locale;
import java.util.Optional;

/**
 * The table of the numeric readings of a GPU: one row for each, from which its key in a frame, the
 * documentation of the key and its metric family derive. A row contains the meaning, the form of
 * the number, and, where the rule does not yield them, help text and name of the family. By the
 * rule the key is the name of the constant in lower case, the family is {@code gpu_}, the key and
 * the unit, and its help text is the meaning.
 */
public enum GpuReading {
  UTILIZATION(
      "Share of the driver's sample period in which work was running"
          + " (NVML getUtilizationRates.gpu).",
      decimal(PERCENT).upTo(100).absentAs(MINUS_ONE),
      "GPU utilization"),
  ANE_UTILIZATION(
      "Power of the neural engine; Apple only.",
      decimal(MILLIWATTS).absentAs(ZERO),
      "Neural engine power draw",
      "ane_utilization"),
  DLA_UTILIZATION(
      "Utilization of the deep-learning accelerators, summed over the engines; Jetson only.",
      decimal(PERCENT).absentAs(NULL),
      "Deep-learning accelerator utilization",
      "dla_utilization"),
  TENSORCORE_UTILIZATION(
      "Utilization of the tensor cores; TPU only.",
      decimal(PERCENT).upTo(100).absentAs(NULL),
      withoutFamily()),
  TEMPERATURE(
      "Temperature of the chip (NVML getTemperature).",
      whole(CELSIUS).signed().absentAs(ZERO),
      "GPU temperature"),
  USED_MEMORY(
      "Memory in use, without the part that the driver reserves (NVML getMemoryInfo_v2).",
      whole(BYTES).absentAs(ZERO),
      "GPU memory in use",
      "gpu_memory_used_bytes"),
  TOTAL_MEMORY(
      "Size of the memory.",
      whole(BYTES).absentAs(ZERO),
      "Total GPU memory",
      "gpu_memory_total_bytes"),
  FREQUENCY(
      "Graphics clock (NVML getClockInfo).", whole(MEGAHERTZ).absentAs(ZERO), "GPU graphics clock"),
  POWER_CONSUMPTION(
      "Power drawn by the board (NVML getPowerUsage / 1000).",
      decimal(WATTS).absentAs(MINUS_ONE),
      "GPU power draw"),
  GPU_CORE_COUNT("GPU cores; Apple and TPU only.", whole(COUNT).absentAs(NULL), withoutFamily()),
  TEMPERATURE_THRESHOLD_SLOWDOWN(
      "Temperature at which the GPU reduces its clocks.", whole(CELSIUS).absentAs(NULL)),
  TEMPERATURE_THRESHOLD_SHUTDOWN(
      "Temperature at which the GPU shuts down.", whole(CELSIUS).absentAs(NULL)),
  TEMPERATURE_THRESHOLD_MAX_OPERATING(
      "Maximum specified operating temperature of the GPU.", whole(CELSIUS).absentAs(NULL)),
  TEMPERATURE_THRESHOLD_ACOUSTIC(
      "Target temperature of the acoustic limit of the GPU.", whole(CELSIUS).absentAs(NULL)),
  PERFORMANCE_STATE(
      "Performance state: 0 is the fastest.",
      whole(STATE).upTo(15).absentAs(NULL),
      "GPU performance state, 0 (fastest) to 15"),
  FAN_SPEED_RPM(
      "Fan speed. NVML reports a percentage only, hence null on NVIDIA.",
      whole(RPM).absentAs(NULL),
      "GPU fan speed"),
  NUMA_NODE_ID("NUMA node of the GPU.", whole(ID).absentAs(NULL)),
  GSP_FIRMWARE_MODE(
      "Mode of the GPU system processor: 0 disabled, 1 enabled, 2 default.",
      whole(STATE).upTo(2).absentAs(NULL),
      "GSP firmware mode: 0 disabled, 1 enabled, 2 default"),
  ENERGY_CONSUMED_JOULES(
      "Energy drawn since this GPU was first seen. Never decreases, even across restarts of the"
          + " collector. Absent without a reading.",
      decimal(JOULES).counter(),
      withoutFamily());

  private final String key = name().toLowerCase(Locale.ROOT);
  private final String meaning;
  private final NumberForm form;
  private final Optional<ReadingFamily> family;

  GpuReading(String meaning, NumberForm form) {
    this(meaning, form, meaning.substring(0, meaning.length() - 1));
  }

  GpuReading(String meaning, NumberForm form, String help) {
    this.meaning = meaning;
    this.form = form;
    var name = form.unit().suffixed("gpu_" + key);
    this.family = Optional.of(new ReadingFamily(form.isCounter() ? name + "_total" : name, help));
  }

  GpuReading(String meaning, NumberForm form, String help, String familyName) {
    this(meaning, form, Optional.of(new ReadingFamily(familyName, help)));
  }

  GpuReading(String meaning, NumberForm form, Optional<ReadingFamily> family) {
    this.meaning = meaning;
    this.form = form;
    this.family = family;
  }

  /** Returns the key in the JSON of a GPU. */
  public String key() {
    return key;
  }

  /** Returns the description of the key, a sentence. */
  public String meaning() {
    return meaning;
  }

  public NumberForm form() {
    return form;
  }

  /** Returns the metric family; empty if the reading has none, or shares one with other devices. */
  public Optional<ReadingFamily> family() {
    return family;
  }

  private static Optional<ReadingFamily> withoutFamily() {
    return Optional.empty();
  }

  /**
   * A metric family that contains one reading.
   *
   * @param name without the prefix {@code all_smi_}
   * @param help text of the HELP line, without the unit
   */
  public record ReadingFamily(String name, String help) {}
}
