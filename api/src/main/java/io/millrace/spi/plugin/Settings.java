// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.plugin;

import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Settings that were checked against a {@link ConfigSpec}. Immutable.
 *
 * @since 0.1
 */
public final class Settings {
    private final String owner;
    private final Map<String, Object> values;
    private final Map<String, String> given;

    Settings(String owner, Map<String, Object> values, Map<String, String> given) {
        this.owner = owner;
        this.values = Map.copyOf(values);
        this.given = Map.copyOf(given);
    }

    /** What the settings belong to, for messages. */
    public String owner() {
        return owner;
    }

    /**
     * The value of an option that is required or has a default.
     *
     * @throws NoSuchElementException if the option is neither, and was not given
     */
    public <T> T get(ConfigOption<T> option) {
        return find(option)
                .orElseThrow(() -> new NoSuchElementException(owner + ": '" + option.key() + "' is not set"));
    }

    /** The value of an option, if it was given or has a default. */
    @SuppressWarnings("unchecked") // parse() stored what this option's own parser returned
    public <T> Optional<T> find(ConfigOption<T> option) {
        return Optional.ofNullable((T) values.get(option.key()));
    }

    /** What was given below a prefix such as {@code kafka.}, without the prefix. */
    public Map<String, String> below(String prefix) {
        Map<String, String> found = new TreeMap<>();
        given.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                found.put(key.substring(prefix.length()), value);
            }
        });
        return found;
    }
}
