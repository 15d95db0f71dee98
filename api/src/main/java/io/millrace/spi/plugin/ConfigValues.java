// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.plugin;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Parses the values of {@link ConfigOption}s; every complaint says what is allowed. */
final class ConfigValues {
    private static final Pattern QUANTITY = Pattern.compile("\\s*(\\d+(?:\\.\\d+)?)\\s*([A-Za-z]*)\\s*");

    /** A hundred years: a few of them may be added up, in nanoseconds. */
    private static final Duration LONGEST = Duration.ofDays(36_525);

    private static final String LONGEST_TEXT = "36525d, which is 100 years";

    private ConfigValues() {}

    static long number(String text, long min, long max) {
        long value;
        try {
            value = Long.parseLong(text.trim().replace("_", ""));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("give a whole number", e);
        }
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    max == Long.MAX_VALUE ? "give at least " + min : "give a number from " + min + " to " + max);
        }
        return value;
    }

    static boolean flag(String text) {
        return switch (text.trim().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("give true or false");
        };
    }

    static Duration duration(String text, Duration min) {
        Matcher parts = QUANTITY.matcher(text);
        long nanosPerUnit = parts.matches() ? nanosPerUnit(parts.group(2)) : 0;
        if (nanosPerUnit == 0) {
            throw new IllegalArgumentException("give a duration with a unit, such as 200ms, 5s, 10min or 1h");
        }
        Duration value;
        try {
            value = Duration.ofNanos(new BigDecimal(parts.group(1))
                    .multiply(BigDecimal.valueOf(nanosPerUnit))
                    .longValueExact());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("give a duration of whole nanoseconds, at most " + LONGEST_TEXT, e);
        }
        if (value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("give at most " + LONGEST_TEXT);
        }
        if (value.compareTo(min) < 0) {
            throw new IllegalArgumentException("give at least " + min.toMillis() + "ms");
        }
        return value;
    }

    static long size(String text, long min, long max) {
        Matcher parts = QUANTITY.matcher(text);
        long bytesPerUnit = parts.matches() ? bytesPerUnit(parts.group(2)) : 0;
        if (bytesPerUnit == 0) {
            throw new IllegalArgumentException("give a size with a unit, such as 512B, 64KiB or 16MiB");
        }
        long value;
        try {
            value = new BigDecimal(parts.group(1))
                    .multiply(BigDecimal.valueOf(bytesPerUnit))
                    .longValueExact();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("give a whole number of bytes", e);
        }
        if (value < min || value > max) {
            throw new IllegalArgumentException("give a size from " + min + "B to " + max + "B");
        }
        return value;
    }

    static <E extends Enum<E>> String names(Class<E> values) {
        return Arrays.stream(values.getEnumConstants()).map(ConfigValues::name).collect(Collectors.joining(", "));
    }

    static <E extends Enum<E>> E constant(String text, Class<E> values) {
        for (E constant : values.getEnumConstants()) {
            if (name(constant).equals(text.trim())) {
                return constant;
            }
        }
        throw new IllegalArgumentException("give one of " + names(values));
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static long nanosPerUnit(String unit) {
        return switch (unit.toLowerCase(Locale.ROOT)) {
            case "ns" -> 1L;
            case "us" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m", "min" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            case "d" -> 86_400_000_000_000L;
            default -> 0;
        };
    }

    private static long bytesPerUnit(String unit) {
        return switch (unit) {
            case "B" -> 1L;
            case "KiB" -> 1L << 10;
            case "MiB" -> 1L << 20;
            case "GiB" -> 1L << 30;
            case "TiB" -> 1L << 40;
            case "kB", "KB" -> 1_000L;
            case "MB" -> 1_000_000L;
            case "GB" -> 1_000_000_000L;
            default -> 0;
        };
    }
}
