package io.muster.collector.energy;

import java.util.OptionalDouble;

/**
 * One counter as saved on disk.
 *
 * @param joules energy counted so far, J
 * @param hardwareJoules value of the hardware's counter at that instant, J, if it continues without
 *     the collector
 * @param atMillis wall time of the last counted reading, milliseconds since the epoch
 */
record SavedEnergyCounter(
    EnergyCounterKey key, double joules, OptionalDouble hardwareJoules, long atMillis) {}
