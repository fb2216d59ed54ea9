package io.muster.schema.host;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The temperatures of a chassis.
 *
 * @param inletTemperature lowest ACPI thermal zone, °C
 * @param outletTemperature highest ACPI thermal zone, °C
 * @param thermalPressure macOS only, such as {@code Nominal}
 */
public record ChassisThermal(
    OptionalDouble inletTemperature,
    OptionalDouble outletTemperature,
    Optional<String> thermalPressure) {
  /** A chassis that does not report them. */
  public static final ChassisThermal NONE =
      new ChassisThermal(OptionalDouble.empty(), OptionalDouble.empty(), Optional.empty());
}
