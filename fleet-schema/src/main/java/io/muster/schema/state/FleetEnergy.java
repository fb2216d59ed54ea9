package io.muster.schema.state;

/**
 * The energy that the accelerators of the fleet used in a range of time.
 *
 * @param from start of the range, RFC 3339; a whole hour
 * @param to end of the range, RFC 3339
 * @param devices accelerators with a reading of their power in the range
 * @param energyJoules sum over all of them, joules: of each minute with readings the mean power
 *     times 60 s
 */
public record FleetEnergy(String from, String to, int devices, double energyJoules) {}
