//! The invented people of the two customers. Names, numbers and addresses are made up; nobody real is meant.

use super::chance::Chance;

/// Which customer, and with it which directory, a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Directory {
    /// Northwind Trading, on Microsoft Entra ID.
    Northwind,
    /// Contoso Retail, on Okta.
    Contoso,
}

/// One employee as the directory holds them at a moment of the day.
#[derive(Debug, Clone)]
pub(super) struct Person {
    /// Their place in the staff list: what a request's `{id:…}` refers to.
    pub(super) number: usize,
    pub(super) directory: Directory,
    pub(super) given: String,
    pub(super) family: String,
    pub(super) user_name: String,
    pub(super) title: String,
    pub(super) department: &'static str,
    pub(super) division: &'static str,
    pub(super) cost_centre: String,
    pub(super) employee_number: String,
    pub(super) language: &'static str,
    pub(super) zone: &'static str,
    pub(super) phone: String,
    /// Entra's mail nickname or Okta's user id.
    pub(super) external_id: String,
    /// The manager's place in the staff list.
    pub(super) manager: Option<usize>,
}

impl Person {
    pub(super) fn full_name(&self) -> String {
        format!("{} {}", self.given, self.family)
    }

    /// Moves to another post of the same department.
    pub(super) fn promote(&mut self, chance: &mut Chance) {
        let posts = TEAMS.iter().find(|team| team.department == self.department).map_or(&[][..], |team| team.titles);
        let others = posts.iter().filter(|title| **title != self.title).collect::<Vec<_>>();
        if let Some(title) = chance.pick(&others) {
            self.title = (**title).to_owned();
        }
    }

    /// Moves to another department, with its division and cost centre.
    pub(super) fn transfer(&mut self, chance: &mut Chance) {
        let others = TEAMS.iter().filter(|team| team.department != self.department).collect::<Vec<_>>();
        if let Some(team) = chance.pick(&others) {
            self.department = team.department;
            self.division = team.division;
            self.cost_centre = team.cost_centre(chance);
        }
    }
}

/// `count` people, three fifths of them Northwind's; the first of each customer is its head, who has no manager.
pub(super) fn hire(count: usize, chance: &mut Chance) -> Vec<Person> {
    let northwind = count * 3 / 5;
    let mut names = names();
    chance.shuffle(names.get_mut(WELL_KNOWN..).unwrap_or_default());
    let mut people = Vec::<Person>::with_capacity(count);
    for number in 0..count {
        let name = names[number % names.len()];
        let directory = if number < northwind { Directory::Northwind } else { Directory::Contoso };
        let first = if directory == Directory::Northwind { 0 } else { northwind };
        let person = employ(number, first, name, directory, &people, chance);
        people.push(person);
    }
    people
}

fn employ(
    number: usize,
    first: usize,
    name: Name,
    directory: Directory,
    colleagues: &[Person],
    chance: &mut Chance,
) -> Person {
    let place = number - first;
    let team = &TEAMS[place % TEAMS.len()];
    let local = match directory {
        Directory::Northwind => format!("{}.{}", ascii(name.given), ascii(name.family)),
        Directory::Contoso => format!("{}.{}", ascii(name.given).get(..1).unwrap_or("x"), ascii(name.family)),
    };
    let domain = if directory == Directory::Northwind { "northwind.co" } else { "contoso-retail.com" };
    let taken = |user_name: &str| colleagues.iter().any(|colleague| colleague.user_name == user_name);
    let mut user_name = format!("{local}@{domain}");
    for twin in 2.. {
        if !taken(&user_name) {
            break;
        }
        user_name = format!("{local}{twin}@{domain}");
    }
    let nickname = user_name.split('@').next().unwrap_or_default().to_owned();
    // The head leads the heads of the teams, who lead everybody else.
    let manager = match place {
        0 => None,
        place if place < TEAMS.len() => Some(first),
        place => Some(first + place % TEAMS.len()),
    };
    let prefix = if directory == Directory::Northwind { "NW" } else { "CR" };
    Person {
        number,
        directory,
        given: name.given.to_owned(),
        family: name.family.to_owned(),
        user_name,
        title: chance.pick(team.titles).copied().unwrap_or_default().to_owned(),
        department: team.department,
        division: team.division,
        cost_centre: team.cost_centre(chance),
        employee_number: format!("{prefix}{}", 10_400 + number * 7),
        language: name.language,
        zone: name.zone,
        phone: format!("+44 1632 960{:03}", number % 1000),
        external_id: if directory == Directory::Northwind { nickname } else { chance.okta_id() },
        manager,
    }
}

/// Letters, lower-case, without accents: how both customers derive sign-in names.
fn ascii(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for letter in name.chars().flat_map(char::to_lowercase) {
        match letter {
            'a'..='z' => plain.push(letter),
            'à' | 'á' | 'â' | 'ã' | 'å' | 'ą' | 'ă' => plain.push('a'),
            'ä' => plain.push_str("ae"),
            'ç' | 'ć' | 'č' => plain.push('c'),
            'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' => plain.push('e'),
            'ğ' => plain.push('g'),
            'ì' | 'í' | 'î' | 'ï' | 'ı' => plain.push('i'),
            'ł' => plain.push('l'),
            'ñ' | 'ń' | 'ň' => plain.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ø' | 'ő' => plain.push('o'),
            'ö' => plain.push_str("oe"),
            'ř' => plain.push('r'),
            'ś' | 'š' | 'ş' | 'ș' => plain.push('s'),
            'ť' | 'ț' => plain.push('t'),
            'ù' | 'ú' | 'û' | 'ů' => plain.push('u'),
            'ü' => plain.push_str("ue"),
            'ý' => plain.push('y'),
            'ź' | 'ż' | 'ž' => plain.push('z'),
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            _ => {}
        }
    }
    plain
}

struct Team {
    department: &'static str,
    division: &'static str,
    /// The first two digits of its cost centres.
    series: u64,
    titles: &'static [&'static str],
}

impl Team {
    fn cost_centre(&self, chance: &mut Chance) -> String {
        format!("CC-{}", self.series * 100 + chance.below(6) * 10)
    }
}

const fn team(department: &'static str, division: &'static str, series: u64, titles: &'static [&'static str]) -> Team {
    Team { department, division, series, titles }
}

const TEAMS: [Team; 12] = [
    team(
        "People",
        "Group functions",
        41,
        &["People Partner", "Talent Lead", "Learning Designer", "Reward Analyst", "Recruiter"],
    ),
    team(
        "Finance",
        "Group functions",
        42,
        &["Financial Controller", "Accounts Payable Clerk", "Treasury Analyst", "Payroll Specialist"],
    ),
    team(
        "Store Operations",
        "Retail",
        51,
        &["Store Manager", "Assistant Manager", "Shift Leader", "Visual Merchandiser", "Sales Assistant"],
    ),
    team(
        "Customer Care",
        "Retail",
        52,
        &["Care Team Lead", "Customer Adviser", "Complaints Specialist", "Quality Coach"],
    ),
    team(
        "Logistics",
        "Supply chain",
        61,
        &["Depot Manager", "Transport Planner", "Warehouse Operative", "Fleet Coordinator"],
    ),
    team(
        "Procurement",
        "Supply chain",
        62,
        &["Category Manager", "Buyer", "Supplier Quality Engineer", "Contracts Officer"],
    ),
    team(
        "Engineering",
        "Technology",
        71,
        &["Software Engineer", "Senior Software Engineer", "Platform Engineer", "Engineering Manager"],
    ),
    team("Data", "Technology", 72, &["Data Analyst", "Data Engineer", "Data Scientist", "Analytics Manager"]),
    team(
        "IT Service",
        "Technology",
        73,
        &["Service Desk Analyst", "Identity Administrator", "Network Engineer", "IT Service Manager"],
    ),
    team(
        "Marketing",
        "Brand",
        81,
        &["Brand Manager", "Content Editor", "Campaign Specialist", "Social Media Executive"],
    ),
    team(
        "Legal",
        "Group functions",
        43,
        &["Legal Counsel", "Company Secretary", "Data Protection Officer", "Paralegal"],
    ),
    team(
        "Health & Safety",
        "Group functions",
        44,
        &["Safety Adviser", "Fire Officer", "Compliance Trainer", "Occupational Health Nurse"],
    ),
];

#[derive(Debug, Clone, Copy)]
struct Name {
    given: &'static str,
    family: &'static str,
    language: &'static str,
    zone: &'static str,
}

/// How many names at the front keep their place: the people of the screenshots and the practice exercises.
const WELL_KNOWN: usize = 12;

/// Language, time zone, and full names: a given name ends at the first space.
const ORIGINS: [(&str, &str, &str); 23] = [
    (
        "en-GB",
        "Europe/London",
        "Eleanor Whitcombe, Amelia Hart, Priya Nair, Joel Okafor, George Adeyemi, Maja Sørensen, \
         Hana Suzuki, Tomás Ribeiro, Inês Carvalho, Dev Patel, Olu Bankole, Sofie Maes, \
         Oliver Pemberton, Charlotte Ashdown, Harriet Blackwood, Jack Thornbury, Isla Cartwright, \
         Freddie Langley, Poppy Hargreaves, Alfie Drummond, Beatrice Holloway, Rhys Llewellyn, \
         Cerys Pritchard, Ewan McAllister, Catriona Sinclair",
    ),
    (
        "en-IE",
        "Europe/Dublin",
        "Siobhán O'Brien, Cillian Ó Súilleabháin, Aoife Brennan, Niamh Gallagher, Darragh Fitzpatrick, \
         Róisín Kavanagh",
    ),
    (
        "en-IN",
        "Asia/Kolkata",
        "Arjun Deshpande, Kavya Iyer, Rohan Chatterjee, Ananya Krishnan, Vikram Rathore, Meera Joshi, \
         Harpreet Gill, Sanjana Reddy, Imran Qureshi, Lakshmi Subramanian, Aditya Kulkarni, Nisha Menon",
    ),
    (
        "en-NG",
        "Africa/Lagos",
        "Chinedu Eze, Adaeze Nwosu, Babatunde Ogunleye, Folake Adebayo, Emeka Okonkwo, Zainab Bello, \
         Ifeoma Obi, Segun Balogun",
    ),
    ("en-GH", "Africa/Accra", "Kwame Mensah, Abena Owusu, Kofi Asante, Akosua Boateng, Yaw Darko"),
    ("en-KE", "Africa/Nairobi", "Wanjiku Kamau, Otieno Odhiambo, Njeri Mwangi, Kipchoge Rotich, Achieng Onyango"),
    (
        "en-ZA",
        "Africa/Johannesburg",
        "Thandiwe Nkosi, Sipho Dlamini, Lerato Mokoena, Pieter van der Merwe, Nomvula Khumalo, \
         Bongani Zulu",
    ),
    (
        "en-US",
        "America/New_York",
        "Madison Caldwell, Tyrone Jefferson, Emily Rosenthal, Marcus Whitfield, Brooke Hanlon, \
         DeShawn Mercer, Hannah Goldfarb, Logan Prescott, Savannah Rhodes, Caleb Winslow",
    ),
    ("en-AU", "Australia/Sydney", "Lachlan Fraser, Matilda Hughes, Kirra Donnelly, Angus Beaumont, Jarrah Collins"),
    ("en-NZ", "Pacific/Auckland", "Aroha Ngata, Tane Parata, Ruby McKenzie, Wiremu Tamihana"),
    (
        "fr-FR",
        "Europe/Paris",
        "Élodie Fournier, Théo Lemaire, Camille Béranger, Antoine Delacroix, Manon Chevalier, \
         François Dubois, Zoé Gauthier, Rémi Lacombe, Aïcha Benali, Baptiste Moreau",
    ),
    (
        "de-DE",
        "Europe/Berlin",
        "Jürgen Müller, Anneliese Großmann, Lukas Schäfer, Katharina Vogel, Björn Köhler, Heike Weiß, \
         Emre Yıldız, Franziska Baumann, Matthias Krüger, Svenja Petersen",
    ),
    (
        "es-ES",
        "Europe/Madrid",
        "Lucía Fernández, Álvaro Muñoz, Carmen Ibáñez, Javier Ortega, Nerea Etxeberria, Sergio Peña, \
         Marta Gutiérrez, Íñigo Zubiri",
    ),
    (
        "es-MX",
        "America/Mexico_City",
        "Ximena Castañeda, Diego Hernández, Guadalupe Ríos, Emiliano Cárdenas, Itzel Morales",
    ),
    (
        "pt-BR",
        "America/Sao_Paulo",
        "João Guimarães, Beatriz Conceição, Thiago Araújo, Larissa Brandão, Caio Magalhães, \
         Luana Vasconcelos, Rafael Simões",
    ),
    (
        "it-IT",
        "Europe/Rome",
        "Karin Marchetti, Giulia Esposito, Lorenzo Bianchi, Chiara Lombardi, Nicolò Ferrari, \
         Alessia Greco, Davide Rinaldi, Martina D'Angelo",
    ),
    (
        "nl-NL",
        "Europe/Amsterdam",
        "Lotte de Vries, Daan van Dijk, Femke Jansen, Bram Hoekstra, Sanne Visser, Ruben Bakker",
    ),
    (
        "sv-SE",
        "Europe/Stockholm",
        "Clara Lindqvist, Axel Bergström, Ebba Söderberg, Lars Holm, Linnéa Åkesson, Oskar Nyström, \
         Freja Lundgren",
    ),
    (
        "pl-PL",
        "Europe/Warsaw",
        "Agnieszka Wójcik, Paweł Kowalczyk, Zofia Dąbrowska, Michał Szymański, Małgorzata Nowicka, \
         Łukasz Zieliński, Kinga Jaworska",
    ),
    ("cs-CZ", "Europe/Prague", "Tereza Dvořáková, Jiří Novotný, Ondřej Krejčí, Lenka Procházková, Vojtěch Šimek"),
    (
        "ja-JP",
        "Asia/Tokyo",
        "Yuki Tanaka, Haruto Watanabe, Sakura Kobayashi, Ren Nakamura, Aoi Yamamoto, Daichi Fujimoto, \
         Mio Ishikawa",
    ),
    ("zh-CN", "Asia/Shanghai", "Wei Zhang, Xiuying Liu, Jiahao Chen, Mengyao Huang, Haoran Xu, Yuting Zhao, Ziyi Lin"),
    (
        "ar-AE",
        "Asia/Dubai",
        "Layla Haddad, Omar Farouk, Yasmin Khoury, Khalid Al-Mansoori, Noor Rahman, Tariq Aziz, \
         Mariam Saleh, Hassan Jaber, Leila Hosseini, Reza Tehrani, Dina Mahmoud, Samir Nasser",
    ),
];

fn names() -> Vec<Name> {
    let of_origin = |(language, zone, names): (&'static str, &'static str, &'static str)| {
        names.split(", ").filter_map(move |name| {
            let (given, family) = name.split_once(' ')?;
            Some(Name { given, family, language, zone })
        })
    };
    ORIGINS.into_iter().flat_map(of_origin).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_can_be_told_apart_and_has_a_manager_but_the_heads() {
        let people = hire(200, &mut Chance::new(1));
        assert!(names().len() >= 180, "{}", names().len());
        let mut user_names = people.iter().map(|person| person.user_name.as_str()).collect::<Vec<_>>();
        user_names.sort_unstable();
        user_names.dedup();
        assert_eq!(user_names.len(), 200);
        assert_eq!(people.iter().filter(|person| person.manager.is_none()).count(), 2);
        for person in &people {
            assert!(person.user_name.is_ascii() && !person.user_name.starts_with('.'), "{}", person.user_name);
            let manager = person.manager.map(|number| people[number].directory);
            assert!(manager.is_none_or(|directory| directory == person.directory));
        }
    }

    #[test]
    fn sign_in_names_lose_their_accents() {
        for (name, plain) in [
            ("Sørensen", "sorensen"),
            ("Großmann", "grossmann"),
            ("Ó Súilleabháin", "osuilleabhain"),
            ("Yıldız", "yildiz"),
        ] {
            assert_eq!(ascii(name), plain);
        }
    }
}
