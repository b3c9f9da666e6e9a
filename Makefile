# Everything is made in the folder .build: nothing is written outside this checkout, and no process stays behind.

PYTHON ?= python3
ANSIBLE_CORE ?= ansible-core>=2.19
# The first of these that runs.
NEWER_PYTHON ?= $(shell for each in python3.14 python3.13 python3.12 $(PYTHON); do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && echo $$each && break; done)

VENV := .build/venv
READY := .build/ready
COLLECTION := .build/ansible_collections/azurefiles/backup
PARTS := pytest integration sanity molecule ansible-lint docs docs-lint lint build
PYTEST_UNIT := tests/unit tests/simulator/tests
PYTEST_DOCS := tests/docs tests/awx tests/live

# The tools run with a home of their own and none of the user's settings, and end with all that they have started.
RUN = exec env -i LC_ALL=C.UTF-8 NO_COLOR=1 TERM="$(TERM)" TMPDIR="$(or $(TMPDIR),/tmp)" \
	HOME="$(CURDIR)/.build/home" PATH="$(CURDIR)/$(VENV)/bin:$(PATH)" \
	ANSIBLE_HOME="$(CURDIR)/.build/home/.ansible" ANSIBLE_REMOTE_TMP="$(CURDIR)/.build/home/.ansible/tmp" \
	ANSIBLE_COLLECTIONS_PATH="$(CURDIR)/.build" \
	ANSIBLE_TEST_CONTENT_ROOT="$(CURDIR)/$(COLLECTION)" \
	python tests/contained.py
IN_ARCHIVE = $(RUN) env ANSIBLE_COLLECTIONS_PATH=.build/archive
PYTHON_VERSION = $(shell $(VENV)/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')

.PHONY: help demo shell docs-blocks test unit faults docs-test test-matrix test-lowest test-porting test-live test-az \
	test-azcollection run-azcollection \
	test-js run-js test-rulebook run-rulebook test-slow scale bench bench-az galaxy-check clean $(PARTS)

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' Makefile

demo: $(READY)/demo ## Protect a simulated storage account, and then its whole vault by rules
	@$(RUN) python tests/with_simulator.py -- python tests/demo/demo.py

shell: $(READY)/demo ## Open a shell with a simulated Azure, to try commands of the README and the guides
	@mkdir -p .build/shell
	@$(RUN) python tests/with_simulator.py --scenario tests/demo/shell.yml -- \
		sh -c 'cd .build/shell && exec bash --rcfile ../../tests/demo/shell.sh -i'

test: $(READY)/sanity ## Run these parts, some of them at the same time:
	@$(VENV)/bin/python tests/run_parts.py $(PARTS)

lint: $(READY)/test ## Check the Python code by ruff and mypy, and that its documentation is up to date
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@$(RUN) mypy plugins tests/simulator tests/unit/benchmark tests/demo tests/sanity tests/benchmark tests/warm $(filter-out tests/conftest.py,$(wildcard tests/*.py))
	@$(RUN) env MYPYPATH=.build mypy $(addprefix $(COLLECTION)/tests/,unit/plugins unit/support conftest.py)
	@$(RUN) env MYPYPATH=tests/az mypy tests/az
	@$(RUN) python tests/docs_blocks.py --check

pytest: $(READY)/test ## Run what is tested by pytest, in random order: unit, faults and docs-test
	@$(RUN) pytest -n auto -m "not slow" $(PYTEST_UNIT) tests/faults $(PYTEST_DOCS)

unit: $(READY)/test ## Run the unit tests, and those of the simulator
	@$(RUN) pytest -n auto $(or $(TESTS),$(PYTEST_UNIT))

faults: $(READY)/test ## Let everything go wrong that can
	@$(RUN) pytest -n auto -m "not slow" tests/faults

test-slow: $(READY)/test ## The same for what takes minutes; not part of "make test"
	@$(RUN) pytest -n auto -m slow tests/faults

sanity: $(READY)/sanity ## Run Ansible's own checks of a collection
	@$(RUN) ansible-test sanity --color no --python $(PYTHON_VERSION)

ansible-lint: $(READY)/test ## Check roles, playbooks and their tests
	@$(RUN) ansible-lint

docs-lint: $(READY)/test ## Check the documentation of the modules
	@$(RUN) antsibull-docs lint-collection-docs --plugin-docs .

docs-blocks: $(READY)/demo ## Write what is documented once: into the modules, and the playbooks' pages
	@$(RUN) python tests/docs_blocks.py

docs-test: $(READY)/test ## Run what the documentation shows, and what AWX does
	@$(RUN) pytest -n auto $(PYTEST_DOCS)

docs: $(READY)/test ## Build the documentation's site
	@$(RUN) python tests/docs/build_site.py .build/docs

integration: $(READY)/test ## Run every module against a simulated Azure
	@$(RUN) python tests/with_simulator.py --scenario tests/integration/scenario.yml \
		--coordinates tests/integration/integration_config.yml -- \
		ansible-test integration $(TARGETS) --color no --python $(PYTHON_VERSION)

molecule: $(READY)/test ## Run the role against a simulated Azure
	@$(RUN) molecule test

build: $(READY)/demo ## Build the collection's archive, install it and call what it holds
	@rm -rf .build/archive
	@$(RUN) ansible-galaxy collection build --output-path .build/archive
	@$(IN_ARCHIVE) ansible-galaxy collection install --offline -p .build/archive .build/archive/*.tar.gz
	@$(IN_ARCHIVE) ansible-doc --list azurefiles.backup
	@$(IN_ARCHIVE) ansible-playbook --syntax-check -i localhost, azurefiles.backup.protect_account

test-matrix: ## Run the unit and integration tests with every Python that is found; not part of "make test"
	@python3 tests/matrix.py

test-lowest: $(READY)/lowest ## Run the plugins' tests with the lowest versions required; not part of "make test"
	@$(RUN) env PATH="$(CURDIR)/.build/lowest/bin:$(PATH)" python -m pytest -n auto $(or $(TESTS),tests/unit/plugins)

test-porting: $(READY)/test ## Run the examples of version 1.0.0, and compare what it promised; not part of "make test"
	@$(RUN) pytest -n auto tests/porting

$(READY)/lowest: requirements.txt tests/requirements.txt tests/lowest.txt | $(READY)/demo
	@echo "Installing the lowest versions in .build"
	@$(PYTHON) -m venv --clear .build/lowest
	@sed 's/>=/==/' requirements.txt > .build/lowest/requirements.txt
	@.build/lowest/bin/pip install --quiet --disable-pip-version-check \
		'$(ANSIBLE_CORE)' -r .build/lowest/requirements.txt -r tests/requirements.txt -r tests/lowest.txt
	@touch $@

# The login is the user's own, so that the environment stays as it is.
test-live: $(READY)/demo ## Use every module on a real vault, named in the environment; not part of "make test"
	@PATH="$(CURDIR)/$(VENV)/bin:$(PATH)" ANSIBLE_COLLECTIONS_PATH="$(CURDIR)/.build" \
		python tests/contained.py python tests/live/run.py

galaxy-check: $(READY)/importer build ## Check the built archive as Ansible Galaxy does; not part of "make test"
	@$(RUN) env PATH="$(CURDIR)/.build/importer/bin:$(PATH)" python tests/galaxy_check.py .build/archive/*.tar.gz

$(READY)/importer: | $(VENV)/bin/python
	@echo "Installing Galaxy's importer in .build"
	@$(PYTHON) -m venv --clear .build/importer
	@.build/importer/bin/pip install --quiet --disable-pip-version-check galaxy-importer
	@mkdir -p $(READY) && touch $@

test-az: $(READY)/az ## Let Microsoft's az command work with the simulated Azure; not part of "make test"
	@$(RUN) env AZ="$(CURDIR)/.build/az/bin/az" \
		python tests/with_simulator.py --scenario tests/az/scenario.yml -- pytest -p no:randomly --confcutdir tests/az $(or $(TESTS),tests/az)

test-azcollection: $(READY)/test ## Carry out the guide on provisioning with azure.azcollection; not part of "make test"
	@if [ -n "$(NEWER_PYTHON)" ]; then $(MAKE) --no-print-directory run-azcollection; \
		else echo "Skipped: the azure.azcollection that the guide needs has to have Python 3.12 or newer."; fi

run-azcollection: $(READY)/azcollection
	@$(RUN) env AZCOLLECTION="$(CURDIR)/.build/azcollection/bin" pytest -n 0 -p no:randomly tests/azcollection

# Ansible's package on PyPI brings azure.azcollection, in the version that its Python can have; that both collections'
# requirements are installed together shows that they can be.
$(READY)/azcollection: requirements.txt | $(READY)/demo
	@echo "Installing azure.azcollection in .build, which takes about 2 GB"
	@$(NEWER_PYTHON) -m venv --clear .build/azcollection
	@.build/azcollection/bin/pip install --quiet --disable-pip-version-check 'ansible>=13'
	@.build/azcollection/bin/pip install --quiet --disable-pip-version-check -r requirements.txt \
		-r .build/azcollection/lib/python*/site-packages/ansible_collections/azure/azcollection/requirements.txt
	@touch $@

test-js: $(READY)/demo ## Let Microsoft's JavaScript SDK do the same, where there is Node; not part of "make test"
	@if command -v node >/dev/null && command -v npm >/dev/null; then $(MAKE) --no-print-directory run-js; \
		else echo "Skipped: there is no Node (with npm) on this machine."; fi

run-js: $(READY)/js
	@cp tests/js/life_cycle.mjs .build/js
	@$(RUN) python tests/with_simulator.py --scenario tests/js/scenario.yml -- \
		sh -c 'NODE_EXTRA_CA_CERTS="$$REQUESTS_CA_BUNDLE" exec node .build/js/life_cycle.mjs'

test-rulebook: $(READY)/test ## Let ansible-rulebook run the rulebooks, where there is Java; not part of "make test"
	@if command -v java >/dev/null; then $(MAKE) --no-print-directory run-rulebook; \
		else echo "Skipped: there is no Java on this machine; on Debian it is the package openjdk-17-jre-headless."; fi

run-rulebook: $(READY)/rulebook
	@$(RUN) env PATH="$(CURDIR)/$(VENV)/bin:$(CURDIR)/.build/rulebook/bin:$(PATH)" pytest -n0 -p no:randomly tests/rulebook

scale: $(READY)/demo ## Protect 50 simulated accounts of 4 shares each, twice; not part of "make test"
	@$(RUN) python tests/scale.py

bench: $(READY)/bench ## Measure the collection beside scripts of the SDK and az; not part of "make test"
	@$(RUN) env AZ="$(CURDIR)/.build/az/bin/az" python tests/bench.py $(BENCH)

bench-az: $(READY)/az ## The same, with Microsoft's az command installed for it
	@$(MAKE) --no-print-directory bench

$(READY)/js: tests/js/package.json | $(READY)/demo
	@echo "Installing Microsoft's JavaScript SDK in .build"
	@mkdir -p .build/js && cp tests/js/package.json .build/js
	@cd .build/js && npm install --silent --no-audit --no-fund --no-package-lock
	@touch $@

$(READY)/rulebook: requirements.txt | $(READY)/demo
	@echo "Installing ansible-rulebook in .build"
	@$(PYTHON) -m venv --clear .build/rulebook
	@.build/rulebook/bin/pip install --quiet --disable-pip-version-check \
		'ansible-rulebook>=1.3.2' '$(ANSIBLE_CORE)' -r requirements.txt
	@touch $@

clean: ## Remove everything that was made
	rm -rf .build tests/output tests/integration/inventory
	find . -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed: make PYTHON=python3.x"; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) \
		|| { rm -rf $(VENV); echo "Python's venv is needed; on Debian it is the package python3-venv."; exit 1; }

$(READY)/demo: requirements.txt tests/requirements.txt | $(VENV)/bin/python
	@echo "Installing Ansible and the simulator's libraries in .build"
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check \
		'$(ANSIBLE_CORE)' -r requirements.txt -r tests/requirements.txt
	@mkdir -p $(dir $(COLLECTION)) $(READY) && ln -sfn ../../.. $(COLLECTION)
	@touch $@

$(READY)/test: tests/development.txt $(READY)/demo
	@echo "Installing the test tools in .build"
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check \
		'$(ANSIBLE_CORE)' -r requirements.txt -r tests/requirements.txt -r tests/development.txt
	@touch $@

$(READY)/sanity: tests/sanity/prepare.py $(READY)/test
	@echo "Installing the tools of Ansible's own checks in .build"
	@$(VENV)/bin/python tests/sanity/prepare.py .build/home
	@$(RUN) ansible-test sanity --color no --python $(PYTHON_VERSION) --prime-venvs >.build/sanity.log 2>&1 \
		|| { cat .build/sanity.log; exit 1; }
	@touch $@

$(READY)/bench: tests/benchmark/requirements.txt $(READY)/demo
	@echo "Installing Microsoft's SDK in .build"
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check -r tests/benchmark/requirements.txt
	@touch $@

$(READY)/az: | $(READY)/test
	@echo "Installing the az command in .build, which takes about 1 GB"
	@$(PYTHON) -m venv --clear .build/az
	@.build/az/bin/pip install --quiet --disable-pip-version-check azure-cli
	@touch $@
